"""What the documents name is there: files, folders, pictures, commands."""

import re
from pathlib import Path

import pytest

from tools import __main__ as run

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# A path in backticks is one that begins with a folder of the repository; <name> and * stand for whatever is there.
TOPS = "kiosk|devices|sync|ui|config|systemd|tests|bench|docs|tools"


def _prose(path: Path) -> str:
    return path.read_text("utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)|<img[^>]+src=\"([^\"]+)\"", _prose(path))
    local = [a or b for a, b in targets if "://" not in (a or b)]
    assert [target for target in local if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_files_and_folders_exist(path: Path) -> None:
    named = re.findall(rf"`((?:{TOPS})/[\w./<>*-]*)`", _prose(path))
    patterns = [re.sub(r"<\w+>", "*", name).rstrip("/") for name in named]
    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern))] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_named_commands_exist(path: Path) -> None:
    named = set(re.findall(r"\./run ([a-z-]+)", _prose(path)))
    assert named - {*run._COMMANDS, "help"} == set()


def test_the_first_screen_of_the_readme_shows_the_two_commands() -> None:
    text = _prose(ROOT / "README.md")
    assert "\n./run demo " in text
    assert "\n./run test " in text
