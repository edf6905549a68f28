"""Whose card opens the staff screen of this station, and with which PIN: a file of its own beside the journal.

A PIN is kept as a salted scrypt hash and as nothing else; six digits fall to a thief of the file who has patience all
the same, so the file is the kiosk's alone, and what guards the screen is the count of wrong tries (docs/staff.md).
Read anew when it changes: who was removed is out at once. Written whole or not at all.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, Secret, StaffId
from sync import own_file
from sync.scrypt import hashed, matches, nobody

FILE = "staff-cards.json"
COST = 15
"""Binary logarithm of scrypt's N: 32 MB and a tenth of a second a try."""
PIN = re.compile(r"[0-9]{6,12}")
SIMPLE = "01234567890123456789"
"""A PIN that is part of this, forwards or backwards, is the first one that anybody tries."""
NAME = re.compile(r"[^\W_][\w .-]{0,39}")
CARD = re.compile(r"[!-~]{4,64}")
"""A card's number as scanners and readers tell it."""
MOST = 100
"""Staff members, and test cards: more than any library has."""
MAX_BYTES = 1 << 20
NOBODY = nobody(COST)
"""Compared with where the card is not there, so that an answer takes as long."""

People: TypeAlias = dict[StaffId, tuple[CardNumber, str]]
"""Card and hash by staff member."""


class NotSet(Exception):
    """Nothing was changed; the text says why, and never holds a PIN."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Cards and hashes by staff member; test cards."""

    people: Mapping[StaffId, tuple[CardNumber, str]] = field(default_factory=dict)
    tests: tuple[CardNumber, ...] = ()

    def whose(self, card: CardNumber) -> StaffId | None:
        return next((who for who, (own, _) in self.people.items() if own == card), None)


class StaffCards:
    """Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._read: tuple[object, _Known] = (None, _Known())

    # --- what the station asks ---------------------------------------------------------------------------------------

    def whose(self, card: CardNumber) -> StaffId | None:
        return self._known().whose(card)

    def card_of(self, who: StaffId) -> CardNumber | None:
        return self._known().people.get(who, (None, ""))[0]

    def is_test(self, card: CardNumber) -> bool:
        return card in self._known().tests

    def opens(self, card: CardNumber, pin: Secret) -> StaffId | None:
        """Return who it is where the PIN is the card's; takes as long where there is no such card."""
        known = self._known()
        who = known.whose(card)
        right = matches(pin.value, known.people[who][1] if who else NOBODY)
        return who if right else None

    # --- what a person at the command line does ----------------------------------------------------------------------

    def people(self) -> list[StaffId]:
        return sorted(self._known().people)

    def tests(self) -> list[CardNumber]:
        return sorted(self._known().tests)

    def set(self, who: str, card: str, pin: Secret) -> bool:
        """Add a staff member, or give one another card and PIN; return whether it is a new one. Raises `NotSet`."""
        if not NAME.fullmatch(who) or who != who.strip():
            raise NotSet(f"{who!r} is no name: up to 40 letters, digits, spaces, . and -, a letter or digit first")
        if not PIN.fullmatch(pin.value) or _simple(pin.value):
            raise NotSet("a staff PIN has 6 to 12 digits, which are not all the same and do not count up or down")
        with self._changing() as (people, tests):
            new = StaffId(who) not in people
            if new and len(people) >= MOST:
                raise NotSet(f"there are {MOST} staff cards already: remove one first")
            people[StaffId(who)] = (_free(_Known(people, tuple(tests)), card, StaffId(who)), hashed(pin.value, COST))
            return new

    def remove(self, who: str) -> None:
        """Raises `NotSet`."""
        with self._changing() as (people, _):
            if people.pop(StaffId(who), None) is None:
                raise NotSet(f"there is no {who}; there are {', '.join(sorted(people)) or 'none'}")

    def add_test(self, card: str) -> None:
        """Raises `NotSet`."""
        with self._changing() as (people, tests):
            if len(tests) >= MOST:
                raise NotSet(f"there are {MOST} test cards already: remove one first")
            tests.append(_free(_Known(people, tuple(tests)), card))

    def remove_test(self, card: str) -> None:
        """Raises `NotSet`."""
        with self._changing() as (_, tests):
            if card not in tests:
                raise NotSet("that is no test card of this station: kiosk staff list")
            tests.remove(CardNumber(card))

    # --- the file ----------------------------------------------------------------------------------------------------

    def _known(self) -> _Known:
        """A file that cannot be read opens the staff screen to nobody."""
        try:
            with self.path.open("rb") as file:
                told = os.fstat(file.fileno())
                mark = (told.st_mtime_ns, told.st_size, told.st_ino)
                if self._read[0] != mark:
                    self._read = (mark, _parsed(file.read(MAX_BYTES + 1)) or _Known())
        except OSError:
            return _Known()
        return self._read[1]

    @contextmanager
    def _changing(self) -> Iterator[tuple[People, list[CardNumber]]]:
        """Two who change it at once take turns; a change that raises changes nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with own_file.turn(self.path):
            known = _parsed(self.path.read_bytes()) if self.path.exists() else _Known()
            if known is None:
                raise NotSet(f"{self.path} cannot be read: remove it, and set every card anew")
            people, tests = dict(known.people), list(known.tests)
            yield people, tests
            self._write(people, tests)

    def _write(self, people: People, tests: list[CardNumber]) -> None:
        told = {who: {"card": card, "pin": kept} for who, (card, kept) in people.items()}
        own_file.write(self.path, {"people": told, "tests": tests})


def _parsed(data: bytes) -> _Known | None:
    try:
        found = json.loads(data)
        people = {StaffId(who): (CardNumber(kept["card"]), str(kept["pin"])) for who, kept in found["people"].items()}
        return _Known(people, tuple(CardNumber(card) for card in found["tests"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _free(known: _Known, card: str, own: StaffId | None = None) -> CardNumber:
    """Return a card that is nobody's yet: a card is one person's, or a test card."""
    if not CARD.fullmatch(card):
        raise NotSet("a card's number has 4 to 64 letters, digits and signs without spaces: scan it, do not type it")
    number = CardNumber(card)
    if number in known.tests or known.whose(number) not in (None, own):
        raise NotSet("this card is taken: kiosk staff list")
    return number


def _simple(pin: str) -> bool:
    return len(set(pin)) == 1 or pin in SIMPLE or pin in SIMPLE[::-1]
