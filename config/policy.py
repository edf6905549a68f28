"""The policy: what the library decided. A versioned document, in TOML for people and JSON for the wire.

What is not said keeps its shipped default (`config/defaults/policy.toml` shows all of them).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from config import bins, hours, patterns
from config.faults import ConfigFault, Kind
from config.reading import Document, check, parse, unknown
from config.receipt import NoLogo, Receipt, foreign, read_logo
from kiosk.domain.plan import WeeklyPlan
from kiosk.domain.receipts import Way
from kiosk.domain.rules import (
    Greeting,
    Interval,
    OfflineCards,
    OfflineRules,
    OnLoanToOther,
    Patience,
    ReceiptRule,
    Rules,
    Sets,
    Trust,
    UnknownMarks,
)

SCHEMA = 1
MOST_CLOSED_DAYS = 1000
_DEFAULT = Rules()


def _word(value: Enum) -> str:
    return value.name.lower()


Pattern = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(patterns.checked)]
Isil = Annotated[str, Field(max_length=16)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Library(_Table):
    name: str = Field(default=_DEFAULT.library, max_length=120)
    isil: Isil = _DEFAULT.isil
    own: list[Isil] = Field(default_factory=list, max_length=200)
    """Owners (ISIL) whose items are lent here; empty: whatever the library system accepts."""
    duty_phone: str = Field(default=_DEFAULT.duty_phone, max_length=32)


class _Readers(_Table):
    card: Pattern = _DEFAULT.card_pattern
    pin_required: bool = _DEFAULT.pin_required
    pin_length: int = Field(default=_DEFAULT.pin_length or 0, ge=0, le=12)
    """0: of any length, entered by its button."""
    pin_attempts: int = Field(default=_DEFAULT.pin_attempts, ge=1, le=10)
    pin_lock_minutes: int = Field(default=_DEFAULT.pin_lock_minutes, ge=1, le=1440)
    greeting: Literal["first_name", "nothing"] = "first_name"
    languages: list[Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]] = Field(
        default_factory=lambda: list(_DEFAULT.languages), min_length=1, max_length=12
    )


class _Lending(_Table):
    item: Pattern = _DEFAULT.item_pattern
    on_loan_to_other: Literal["refuse", "return_then_lend"] = "refuse"
    sets: Literal["all_parts", "ask", "main_part"] = "all_parts"
    age_law: bool = _DEFAULT.age_law
    adult_age: int = Field(default=_DEFAULT.adult_age, ge=0, le=21)
    unknown_marks: Literal["abis_decides", "refuse_to_minors"] = "abis_decides"
    receipt: Literal["always", "never"] = "always"


class _BarcodeDesk(_Table):
    """Where books are known by their barcodes alone: nobody feels how many lie there or leave."""

    loans: Literal["trust", "count"] = "trust"
    returns: Literal["trust", "count"] = "trust"


class _Offline(_Table):
    checkout: bool = _DEFAULT.offline.checkout
    checkin: bool = _DEFAULT.offline.checkin
    max_items: int = Field(default=_DEFAULT.offline.max_items, ge=0, le=100)
    days: int = Field(default=_DEFAULT.offline.days, ge=1, le=365)
    replay_hours: int = Field(default=_DEFAULT.offline.replay_hours, ge=1, le=720)
    cards: Literal["seen", "any"] = "seen"


class _Patience(_Table):
    """Seconds. The warning stays at 20 or more: who reads or moves slowly must have time to answer it (WCAG 2.2.1)."""

    idle: int = Field(default=_DEFAULT.patience.idle, ge=20, le=600)
    warning: int = Field(default=_DEFAULT.patience.warning, ge=20, le=120)
    more: int = Field(default=_DEFAULT.patience.more, ge=20, le=600)
    farewell: int = Field(default=_DEFAULT.patience.farewell, ge=5, le=120)
    put_back_help: int = Field(default=_DEFAULT.patience.put_back_help, ge=5, le=120)
    finishing: int = Field(default=_DEFAULT.patience.finishing, ge=1, le=30)
    identify: int = Field(default=_DEFAULT.patience.identify, ge=20, le=600)
    parts: int = Field(default=_DEFAULT.patience.parts, ge=2, le=30)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:20]} is no day; days are written 2027-01-07") from None


_Day = Annotated[list[str], Field(max_length=hours.MOST_A_DAY)]


class _Hours(_Table):
    """Parts of each day, with staff or without. All empty: the library enters none, and none are shown."""

    monday: _Day = []
    tuesday: _Day = []
    wednesday: _Day = []
    thursday: _Day = []
    friday: _Day = []
    saturday: _Day = []
    sunday: _Day = []
    closed: list[date] = Field(default_factory=list, max_length=MOST_CLOSED_DAYS)

    @field_validator("closed", mode="before")
    @classmethod
    def _days(cls, days: Any) -> Any:
        """A day may be written as a date (TOML) or as text (JSON)."""
        if not isinstance(days, list):
            return days
        return [_day(day) if isinstance(day, str) else day for day in days]

    @field_validator(*hours.WEEK)
    @classmethod
    def _parts(cls, texts: list[str]) -> list[str]:
        hours.day(tuple(texts))
        return texts

    @property
    def week(self) -> tuple[tuple[Interval, ...], ...]:
        return tuple(hours.day(tuple(getattr(self, day))) for day in hours.WEEK)


_Bins = Annotated[list[bins.Bin], Field(max_length=bins.MOST), AfterValidator(bins.once)]


class _Document(_Table):
    schema_: Literal[1] = Field(alias="schema", description=f"schema = {SCHEMA}")
    version: int = Field(ge=1, description="a number that grows with every change, such as 1")
    library: _Library = _Library()
    readers: _Readers = _Readers()
    lending: _Lending = _Lending()
    barcode_desk: _BarcodeDesk = _BarcodeDesk()
    receipt: Receipt = Receipt()
    offline: _Offline = _Offline()
    patience: _Patience = _Patience()
    hours: _Hours = _Hours()
    bins: _Bins = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Policy:
    version: int
    rules: Rules
    plan: WeeklyPlan


def load_policy(text: str, path: str | Path, languages: Collection[str] = ()) -> Policy:
    """Return the policy that `text` describes: TOML, or JSON where the name ends so. Raises only ConfigFault.

    `languages`: those there are texts in; empty where that is not known.
    """
    document = parse(text, Path(path).name or str(path))
    checked = check(document, (), document.values, _Document)
    if isinstance(checked, list):
        raise ConfigFault(checked)
    if textless := [
        document.problem(("readers", "languages", n), unknown(tag, list(languages)), tag, Kind.NO_TEXTS)
        for n, tag in enumerate(checked.readers.languages)
        if languages and tag not in languages
    ]:
        raise ConfigFault(textless)
    if patterns.swallows(checked.readers.card, checked.lending.item):
        raise ConfigFault([patterns.clash(document, checked.readers.card)])
    if problems := list(foreign(document, checked.receipt, checked.readers.languages)):
        raise ConfigFault(problems)
    if problems := list(bins.foreign(document, checked.bins, checked.readers.languages)):
        raise ConfigFault(problems)
    logo = _logo(document, checked.receipt, Path(path).parent)
    plan = WeeklyPlan(checked.hours.week, frozenset(checked.hours.closed))
    return Policy(checked.version, replace(_rules(checked, logo), calendar=plan.calendar), plan)


def _logo(document: Document, receipt: Receipt, folder: Path) -> bytes:
    """Return the file of the logo, which lies beside the policy. Raises `ConfigFault`."""
    try:
        return read_logo(folder / receipt.logo) if receipt.logo else b""
    except NoLogo as fault:
        raise ConfigFault([document.problem(("receipt", "logo"), str(fault), receipt.logo, Kind.NO_FILE)]) from None


def _rules(document: _Document, logo: bytes) -> Rules:
    library, readers, lending = document.library, document.readers, document.lending
    offline = document.offline.model_dump()
    return Rules(
        library=library.name,
        isil=library.isil,
        own_libraries=frozenset(library.own),
        duty_phone=library.duty_phone,
        pin_required=readers.pin_required,
        pin_length=readers.pin_length or None,
        pin_attempts=readers.pin_attempts,
        pin_lock_minutes=readers.pin_lock_minutes,
        card_pattern=readers.card,
        item_pattern=lending.item,
        on_loan_to_other=OnLoanToOther[lending.on_loan_to_other.upper()],
        sets=Sets[lending.sets.upper()],
        age_law=lending.age_law,
        adult_age=lending.adult_age,
        unknown_marks=UnknownMarks[lending.unknown_marks.upper()],
        greeting=Greeting[readers.greeting.upper()],
        receipt=ReceiptRule[lending.receipt.upper()],
        ways=tuple(Way[way.upper()] for way in document.receipt.ways),
        first_way=document.receipt.first,
        template=document.receipt.template(logo),
        offline=OfflineRules(**offline | {"cards": OfflineCards[offline["cards"].upper()]}),
        patience=Patience(**document.patience.model_dump()),
        languages=tuple(readers.languages),
        bins=tuple(each.rule for each in document.bins),
        trust_loans=Trust[document.barcode_desk.loans.upper()],
        trust_returns=Trust[document.barcode_desk.returns.upper()],
    )
