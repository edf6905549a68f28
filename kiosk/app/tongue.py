"""In which language a command answers, and its words in it.

Whoever types says it by their locale. Where that names no language (C, POSIX, nothing), it is the station's own.
The words are in English where they are said; `ui/locales/<tag>/LC_MESSAGES/command.po` has them in another language.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

LOCALES = Path(__file__).parents[2] / "ui" / "locales"
ENGLISH = "en"
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. What it has no words for is said in English."""

    tag: str
    words: Mapping[str, str]

    def say(self, text: str, **values: object) -> str:
        return self.words.get(text, text).format(**values)

    def told(self, text: str) -> str:
        """Return a whole sentence of the station as this language has it, if it is one of those that are known; the
        numbers in it are any."""
        known = self.words.get(text) or self.words.get(NUMBER.sub("{}", text), text)
        return known.format(*NUMBER.findall(text)) if known.count("{}") == len(NUMBER.findall(text)) else known


IN_ENGLISH = Tongue(ENGLISH, {})


def language_of(environment: Mapping[str, str] = os.environ, station: Callable[[], str] = lambda: ENGLISH) -> str:
    """Return the language of whoever typed, as POSIX says it: LC_ALL, LC_MESSAGES, LANG; else the station's."""
    said = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    tag = re.split(r"[_.@-]", said)[0].lower()
    return station() if tag in ("", "c", "posix") else tag


def tongue(tag: str, locales: Path = LOCALES) -> Tongue:
    """Return a language by its tag; English where there are no words in it."""
    path = locales / tag / "LC_MESSAGES" / "command.po"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", tag) or not path.is_file():
        return IN_ENGLISH
    catalogue = polib.pofile(str(path), encoding="utf-8")
    return Tongue(tag, {entry.msgid: entry.msgstr for entry in catalogue if entry.msgstr and not entry.obsolete})
