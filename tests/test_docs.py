"""What the documents name is there: files, folders, pictures, commands."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from kiosk.app import cli
from tools import __main__ as run
from tools import checks

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


# --- commands: what stands behind `./run`, `kiosk` and `python -m` is taken as written ------------------------------


def _commands(path: Path) -> list[list[str]]:
    """Every command of a document, in blocks and between backticks, up to where its explanation begins."""
    prose = _prose(path)
    fenced = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
    blocks = [line for block in fenced.findall(prose) for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", fenced.sub("", prose))
    written = [re.split(r"  +|; | …", line)[0] for line in (*blocks, *spans)]
    return [shlex.split(line) for line in written if re.match(r"(\./run|kiosk|\S*python3?) ", line)]


OPTIONS = {"setup": {"--dry-run", "--without-apt"}, "wheel": {"--with-libraries"}, "test": {"--long", "-k"}}


def _understood(command: list[str]) -> bool:
    """Whether the words are those of the command; what a person fills in (NAME, a path) is taken for anything."""
    match command:
        case ["kiosk", *words] | ["./run", "kiosk", *words]:
            return _parsed(words)
        case ["./run", "demo", *words]:
            return _parsed(["demo", *words])
        case ["./run", "setup" | "wheel" | "test" as verb, *words]:
            return {word for word in words if word.startswith("-")} <= OPTIONS[verb]
        case ["./run", "check", *words]:
            return set(words) <= {*checks.STATIC, "tests"}
        case ["./run", verb, *_]:
            return verb in {*run._COMMANDS, "help"}
        case [".venv/bin/python", "-m", module, *_]:
            return importlib.util.find_spec(module) is not None
        case ["/usr/bin/python3", "-m", "venv", _]:
            return True
    return False


def _parsed(words: list[str]) -> bool:
    if words == ["-v"]:
        return True
    try:
        cli._parser().parse_args(["1" if word == "ID" else word for word in words])
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_are_understood_as_they_are_written(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [command for command in _commands(path) if not _understood(command)] == []


def test_a_command_that_nobody_understands_is_seen() -> None:
    wrong = [
        "kiosk library export",
        "kiosk doktor",
        "./run wheel --all",
        "./run check spelling",
        "python -m tools.lock",
    ]
    assert [line for line in wrong if _understood(line.split())] == []


def test_the_documents_name_commands_at_all() -> None:
    named = {tuple(command[:2]) for path in DOCUMENTS for command in _commands(path)}
    assert {
        ("./run", "demo"),
        ("./run", "test"),
        ("./run", "wheel"),
        ("kiosk", "doctor"),
        ("kiosk", "library"),
    } <= named


def test_what_the_installation_calls_is_what_the_wheel_brings() -> None:
    text = _prose(ROOT / "docs" / "install.md")
    shared = re.findall(r"venv/share/open-library-kiosk/(systemd/\S+)", text)
    assert "systemd/install.sh" in shared
    assert [name for name in shared if not (ROOT / name).is_file()] == []
    examples = re.findall(r"install\.sh desk-1 ([a-z-]+)", text)
    assert examples
    assert [name for name in examples if not (ROOT / "config" / "examples" / f"{name}.toml").is_file()] == []
