"""What a person typed into fields, read as a line of a file would be: the same kinds of cells, the same sentences."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from kiosk.ports.office import Fault, Refused
from sync.abis.local.cells import Given, Kind
from sync.abis.local.reading import Values
from sync.abis.local.sheets import SHEETS, Sheet

SAID = {
    "missing": "must not be empty",
    "surplus": "is no field of this kind",
    "taken": "is taken already",
    "unknown": "is not known here",
    "in_future": "lies in the future",
    "reason": "must say why",
    "on_loan": "is on loan: it must come back first, or be declared lost and settled",
    "not_lost": "is not lost",
    "lost_already": "is lost already",
    "has_loans": "has books: they must come back first",
    "owes": "owes money: it must be settled first",
    "same": "is the same card",
    "other_birth": "was born on another day: these are two people",
    "both_have": "has a copy that the other card has asked for",
    "expires_before": "ends before today",
}
"""The sentence of each word of a `Fault` that is no kind of cell."""


def fault(field: str, why: str) -> Fault:
    return Fault(field, why, said=SAID[why])


def refused(field: str, why: str) -> Refused:
    """The one reason, ready to be raised."""
    return Refused([fault(field, why)])


def read(
    connection: Connection, sheet: Sheet, texts: Mapping[str, str], zone: ZoneInfo, fields: Iterable[str] | None = None
) -> Values:
    """Read the fields: all of the sheet's (an absent one is empty), or only `fields`. Raises `Refused`."""
    wanted = tuple(sheet.columns if fields is None else fields)
    faults = [fault(name, "surplus") for name in texts if name not in sheet.columns]
    values: Values = {}
    for name in wanted:
        text = texts.get(name, "").strip()
        kind = sheet.columns[name]
        try:
            values[name] = _value(connection, kind, text, zone)
        except (ValueError, OverflowError):
            missing = not text and not kind.may_be_empty
            faults.append(fault(name, "missing") if missing else Fault(name, kind.word, kind.about, kind.allowed))
    if faults:
        raise Refused(faults)
    return values


def shown(sheet: Sheet, values: Mapping[str, Any]) -> dict[str, str]:
    """The fields as a person would type them; secret ones are empty."""
    return {name: "" if values.get(name) is None else kind.write(values[name]) for name, kind in sheet.columns.items()}


def no_later(values: Values, names: Iterable[str], today: date) -> None:
    """Raise `Refused` where a day of the past lies ahead."""
    faults = [fault(name, "in_future") for name in names if values.get(name) is not None and values[name] > today]
    if faults:
        raise Refused(faults)


def _value(connection: Connection, kind: Kind, text: str, zone: ZoneInfo) -> object:
    if not text:
        if kind.may_be_empty:
            return kind.empty
        raise ValueError
    known = {kind.refers: frozenset([text])} if kind.refers and _exists(connection, kind.refers, text) else {}
    return kind.read(text, Given(zone, known))


def _exists(connection: Connection, sheet_name: str, key: str) -> bool:
    sheet = SHEETS[sheet_name]
    column = sheet.table.c[sheet.key[0]]
    return connection.execute(select(column).where(column == key)).first() is not None
