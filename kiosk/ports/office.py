"""The office of the built-in library: what its staff ask and do, apart from what readers do at a desk.

Every deed is one transaction, written down with who did it and when. What cannot be done raises `Refused` with the
field it is about; then nothing was changed. Texts are what a person typed; the office reads and checks them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

LISTS = (
    "branches", "categories", "types", "rules", "closed", "titles", "items", "patrons", "loans", "holds", "fees",
    "messages",
)  # fmt: skip
"""Names of the lists that can be taken, in the order in which they build on one another."""
MOST_FOUND = 50
"""Rows of one search: who gets more looks for something narrower."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why not: the field, a word for programs and translators, what that word speaks of, and the sentence in English.

    The words: `missing`, `taken`, `unknown`, a kind of cell (`day`, `key`, …: see `sync.abis.local.cells`), or the rule
    that stands against it (`on_loan`, `owes`, …: see `sync.abis.local.refusing`).
    """

    field: str
    why: str
    about: str = ""
    said: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.said or self.why}"


class Refused(Exception):
    """Nothing was changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(map(str, faults)))


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """A reader in a list. `last_registered` None: never yet."""

    card: str = field(repr=False)
    name: str = field(repr=False)
    birth: date | None = field(repr=False)
    category: str
    standing: str
    expires: date | None
    last_registered: date | None
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LoanLine:
    """An open loan; `days_late` 0: in time."""

    item: str
    title: str
    author: str
    lent: date
    due: date
    days_late: int
    card: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A request; `place` and `until` while a copy waits for the reader."""

    title: str
    item: str = ""
    place: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """All that is kept of one reader. `texts`: the fields as a person would type them. Money in minor units."""

    line: ReaderLine
    texts: Mapping[str, str] = field(repr=False)
    category_name: str
    loans: tuple[LoanLine, ...]
    holds: tuple[HoldLine, ...]
    owed: int
    currency: str
    has_pin: bool
    years: tuple[int, ...]
    """Calendar years in which the reader was registered, the last first."""


@dataclass(frozen=True, slots=True)
class CopyLine:
    """A copy in a list. `state`: normal, reference, lost, transit; `on_loan`, `set_aside` beside it."""

    item: str
    title_code: str
    title: str
    author: str
    age_mark: int | None
    branch: str
    shelf: str
    state: str
    on_loan: bool
    set_aside: bool


@dataclass(frozen=True, slots=True)
class CopyPage:
    """All that is kept of one copy. `texts` and `title_texts`: the fields as a person would type them."""

    line: CopyLine
    texts: Mapping[str, str]
    title_texts: Mapping[str, str]
    loan: LoanLine | None
    waiting: int
    """Readers who wait for the title."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields with a fixed choice may hold: code and name, what is used most first."""

    categories: tuple[tuple[str, str], ...]
    branches: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The year in numbers, for the state form: readers registered or re-registered in it, each once, by their age on
    that day (children to 14, youth from 15 to 30, both inclusive), and loans made. Renewals are no loans."""

    year: int
    readers: int
    children: int
    youth: int
    older: int
    age_unknown: int
    loans: int


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the staff did. `about` is a card or an item; `said` names fields, never what stands in them."""

    at: datetime
    who: str
    what: str
    about: str = field(repr=False)
    said: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What a line of a file would do. `columns`: what it would change."""

    line: int
    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """What is wrong in a line of a file; `value` is what stands there, cut, never a secret. `word` as in a `Fault`."""

    line: int
    column: str
    value: str
    allowed: str
    word: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. A file with a refused line is not taken at all. Lists are cut, the numbers are not."""

    sheet: str
    added: int
    changed: int
    same: int
    refused: int
    adding: tuple[PlannedRow, ...]
    changing: tuple[PlannedRow, ...]
    refusing: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup, proved: its file's name, its bytes, when it was made."""

    name: str
    size: int
    made: datetime


class Office(Protocol):
    """`who` is the member of the staff. Everything raises `AbisFault` while the store cannot be used."""

    # --- looking

    def choices(self) -> Choices: ...

    def find_readers(self, words: str) -> Sequence[ReaderLine]:
        """By a card, or by words of a name in any order; no words: the first by name. At most `MOST_FOUND`."""
        ...

    def reader(self, card: str) -> ReaderPage | None: ...

    def find_copies(self, words: str) -> Sequence[CopyLine]:
        """By a barcode, an ISBN, or words of title and author. At most `MOST_FOUND`."""
        ...

    def copy(self, item: str) -> CopyPage | None: ...

    def overdue(self) -> Sequence[LoanLine]:
        """Loans past their day, the latest first."""
        ...

    def not_registered(self, year: int) -> Sequence[ReaderLine]:
        """Readers with a card in use who were not (re-)registered in that year, by name."""
        ...

    def figures(self, year: int) -> Figures: ...

    def deeds(self, about: str = "") -> Sequence[Deed]: ...

    # --- readers

    def add_reader(self, who: str, texts: Mapping[str, str]) -> str:
        """Return the card. The reader is registered for this year."""
        ...

    def change_reader(self, who: str, card: str, texts: Mapping[str, str]) -> None:
        """Change the fields that are given; an empty PIN keeps the one there is."""
        ...

    def new_pin(self, who: str, card: str) -> str:
        """Set a PIN of chance and return it: it is shown this once."""
        ...

    def register_again(self, who: str, card: str, texts: Mapping[str, str]) -> None:
        """The reader's data were confirmed, with these changes: registered for this year. `expires` must be given."""
        ...

    def merge_readers(self, who: str, keep: str, other: str) -> None:
        """Two cards were one reader: everything of `other` becomes `keep`'s, and its numbers open `keep`."""
        ...

    def forget_reader(self, who: str, card: str) -> None:
        """Remove the person; numbers of a year stay as they were."""
        ...

    # --- stock

    def add_title(self, who: str, texts: Mapping[str, str]) -> str:
        """Return its code; an empty code is given one."""
        ...

    def change_title(self, who: str, code: str, texts: Mapping[str, str]) -> None: ...

    def add_copy(self, who: str, texts: Mapping[str, str]) -> str: ...

    def change_copy(self, who: str, item: str, texts: Mapping[str, str]) -> None: ...

    def declare_lost(self, who: str, item: str, *, settled: bool) -> None:
        """`settled`: its reader has replaced or paid it, and the loan ends."""
        ...

    def declare_found(self, who: str, item: str) -> str:
        """Return the place on the hold shelf if a reader waits for it, else nothing."""
        ...

    def withdraw(self, who: str, item: str, reason: str, act: str) -> None:
        """Take the copy out of the stock for good."""
        ...

    # --- files

    def preview(self, name: str, data: bytes) -> Preview: ...

    def take(self, who: str, name: str, data: bytes) -> int:
        """Import the file whole and return its rows. Raises `Refused`."""
        ...

    def backup(self, who: str) -> Kept: ...

    def backups(self) -> Sequence[Kept]:
        """The last first."""
        ...


class Accounts(Protocol):
    """Who of the staff may open the office."""

    def opens(self, name: str, password: str) -> bool:
        """Say whether this is the password of this name; takes as long for a name that is not there."""
        ...

    def mark(self, name: str) -> str | None:
        """What changes with the password; None: there is no such name (any more)."""
        ...
