"""What was answered before: a request with a TxnId that was carried out is never carried out again.

Only what was done is remembered. A refusal changed nothing, so it is decided anew and comes out the same as long as its
reason stands. Enums are kept by name, so that rows outlive a release.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, delete, insert, select

from kiosk.domain.ids import CardNumber, ItemId, TxnId
from kiosk.domain.items import Destination, Loan, Returned
from kiosk.domain.money import Money
from kiosk.domain.patrons import Hold, HoldState
from kiosk.ports.abis import NotSent
from sync.abis.local.schema import done, moment

KEPT = timedelta(days=90)
"""Longer than any outbox waits for a person to decide."""

Done: TypeAlias = Loan | Returned | Hold | Money


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its TxnId, which call it is, and what it is about."""

    txn: TxnId
    kind: str
    about: str


def recall(connection: Connection, asked: Asked) -> Done | None:
    """Return what this request was answered with. Raises `NotSent` if its TxnId was used for something else."""
    row = connection.execute(
        select(done.c.asked, done.c.answer).where(done.c.txn == asked.txn, done.c.kind == asked.kind)
    ).one_or_none()
    if row is None:
        return None
    if row.asked != asked.about:
        raise NotSent(f"transaction {asked.txn} was another {asked.kind} before: a TxnId belongs to one request")
    return _read(json.loads(row.answer))


def remember(connection: Connection, asked: Asked, answer: Done, now: datetime) -> None:
    """Keep the answer in the transaction that made it true, and let go of what is older than `KEPT`."""
    connection.execute(delete(done).where(done.c.at < moment(now - KEPT)))
    row = {"txn": asked.txn, "kind": asked.kind, "asked": asked.about, "at": moment(now)}
    connection.execute(insert(done).values(row | {"answer": json.dumps(_written(answer), ensure_ascii=False)}))


def _written(answer: Done) -> dict[str, Any]:
    plain = {name: _plain(value) for name, value in asdict(answer).items()}
    return {"what": type(answer).__name__, **plain}


def _plain(value: object) -> object:
    match value:
        case Destination() | HoldState():
            return value.name
        case date():
            return value.isoformat()
        case _:
            return value


def _read(kept: dict[str, Any]) -> Done:
    what = kept.pop("what")
    match what:
        case "Loan":
            return Loan(**kept | {"item": ItemId(kept["item"]), "due": _day(kept["due"])})
        case "Returned":
            patron = CardNumber(kept["patron"]) if kept["patron"] else None
            return Returned(**kept | {"destination": Destination[kept["destination"]], "patron": patron})
        case "Hold":
            return Hold(**kept | {"state": HoldState[kept["state"]], "until": _day(kept["until"])})
        case _:
            return Money(**kept)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
