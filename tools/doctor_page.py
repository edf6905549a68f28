"""`python -m tools.doctor_page`: write docs/doctor.md from what the doctor knows."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
_TEXTS = ROOT / "kiosk" / "app" / "doctor" / "findings.toml"
_PAGE = ROOT / "docs" / "doctor.md"
_HEAD = """\
# What the doctor finds

`kiosk doctor /etc/kiosk/desk-1/station.toml` says what is wrong with a station and the cure of each thing, in Russian
or English: as the terminal is set, else as the station is. A station that is running is asked over its control socket:
it holds its ports and its journal, looks at the rest, and says how its devices stand. The exit code is 1 if something
does not work, and 0 if there are at most warnings.

Each line below is a fault that a test makes for real and finds by this name. Words in {braces} are filled in.
`.venv/bin/python -m tools.doctor_page` writes this page from what the doctor knows.
"""


def page() -> str:
    """Return the page: one table per part of the station."""
    lines = [_HEAD]
    for title, part in _parts():
        lines += [f"## {title}", "", "| name | | what is wrong | cure |", "|---|---|---|---|"]
        for name, texts in tomllib.loads(part).items():
            sentence, cure = (text.replace("|", "\\|") for text in texts["en"])
            lines.append(f"| `{name}` | {texts['severity']} | {sentence} | {cure} |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _parts() -> list[tuple[str, str]]:
    """Return title and texts of each part, as the comments of the file divide it."""
    head, *parts = _TEXTS.read_text("utf-8").split("\n# --- ")
    assert head.startswith("#")
    found = [part.partition(" ---\n") for part in parts]
    return [(title[:1].upper() + title[1:], text) for title, _, text in found]


if __name__ == "__main__":
    _PAGE.write_text(page(), "utf-8")
