"""What a start must do about what the last run left unfinished. Pure: rows in, actions out.

Rules:
  1. Where a transaction stands is told by the last of its rows whose kind is in DECISIVE.
  2. No answer, or an unknown one: ask who holds the item; nothing is sent again. What the reader was told becomes true:
     nobody hears of a loan before its row is on disk, so a loan without one was told to nobody. If the ABIS has made
     it, a return is recorded for the outbox, which asks once more and leaves what is old to a person.
     Unless the reader was told since that the item is theirs (it was asked for again, renewed, or its tag opened).
     A renewal is only closed as unknown: nobody carries anything away on the strength of it, and it cannot be undone.
     A loan taken off the list, whose return was told as failed and whose tag was opened again: if the ABIS has returned
     it, a loan is recorded for the outbox in the same way.
     If the item was lent or returned here since, it is closed without asking: later rows tell where it is.
  3. The loan stands and the tag may still be armed: disarm it when it is next on a pad. The return stands: arm it.
     Not if the item was lent or returned again since: then its tag is somebody else's business.
     Not if the session ended in order and no row names a tag: there is none, this was a barcode desk.
  4. Lent or renewed, and the session neither printed a receipt nor ended in order: offer one at the next log-in.
  5. What waits for the ABIS in the outbox is the outbox's business, and is never asked about here.
  6. A loan whose answer called it too old for its reader (BARRED) opens no tag and owes no receipt. Unless it was
     returned since, or its reader was told that it is theirs, a return is recorded for the outbox; its tag is armed.

Actions are found again at every start until a row ends them, so performing one twice must be harmless: all are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.records import Entry, Kind, Scalar
from sync.journal.stamps import Stamp
from sync.journal.values import OpenTransaction, Row

UNANSWERED = frozenset({
    Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_UNKNOWN, Kind.CHECKIN_INTENDED, Kind.CHECKIN_UNKNOWN, Kind.RENEW_INTENDED,
})  # fmt: skip
STANDS = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE, Kind.CHECKIN_ACCEPTED, Kind.RETURNED_OFFLINE})
TAG_OWED = STANDS | {Kind.TAG_NOT_WRITTEN}
ENDS = frozenset({
    Kind.CHECKOUT_REFUSED, Kind.CHECKOUT_NOT_SENT, Kind.CHECKIN_REFUSED, Kind.CHECKIN_NOT_SENT,
    Kind.RENEW_APPROVED, Kind.RENEW_REFUSED, Kind.RENEW_UNKNOWN, Kind.RENEW_NOT_SENT,
    Kind.TAG_DISARMED, Kind.TAG_ARMED, Kind.REPLAY_REFUSED, Kind.REPLAY_REVIEW,
})  # fmt: skip
DECISIVE = UNANSWERED | TAG_OWED | ENDS
LENT = frozenset({Kind.CHECKOUT_APPROVED, Kind.LENT_OFFLINE})
PROMISES = frozenset({Kind.LENT_OFFLINE, Kind.RETURNED_OFFLINE})
RECEIPTED = LENT | {Kind.RENEW_APPROVED}
BARRED = "barred"
"""In the data of CHECKOUT_APPROVED: an age mark that only the answer told stands against this reader."""
RETURN_ASKED = frozenset({Kind.CHECKIN_INTENDED, Kind.CHECKIN_UNKNOWN})
NOT_MADE = {
    Kind.CHECKOUT_INTENDED: Kind.CHECKOUT_NOT_SENT, Kind.CHECKOUT_UNKNOWN: Kind.CHECKOUT_NOT_SENT,
    Kind.CHECKIN_INTENDED: Kind.CHECKIN_NOT_SENT, Kind.CHECKIN_UNKNOWN: Kind.CHECKIN_NOT_SENT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskWhoHolds:
    """Ask the ABIS for the item and the reader's loans, then write what `settled` says, as of `at`.

    `lending` False: a return. `theirs`: the reader was told since that the item is on their loan.
    """

    txn: TxnId
    session: SessionId | None
    item: ItemId
    card: CardNumber | None
    lending: bool
    theirs: bool = False
    at: Stamp | None = field(default=None, compare=False)
    """When the ABIS was asked: how fresh what it did then still is."""


@dataclass(frozen=True, slots=True)
class CloseOvertaken:
    """Write `kind`: what became of it is no longer the question, since the item was lent or returned here later."""

    txn: TxnId
    session: SessionId | None
    item: ItemId
    card: CardNumber | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class DisarmWhenSeen:
    txn: TxnId
    item: ItemId
    tag: TagUid | None


@dataclass(frozen=True, slots=True)
class ArmWhenSeen:
    txn: TxnId
    item: ItemId
    tag: TagUid | None


@dataclass(frozen=True, slots=True)
class OfferReceipt:
    """The loan stands; the reader is offered the receipt at the next log-in. `card` None: forgotten since."""

    session: SessionId
    card: CardNumber | None


@dataclass(frozen=True, slots=True)
class CloseRenewal:
    """Write RENEW_UNKNOWN: the reader sees in the account whether it came through."""

    txn: TxnId
    session: SessionId | None
    item: ItemId
    card: CardNumber | None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Write RETURNED_OFFLINE, as of `at`: the ABIS lent what must not go to this reader."""

    txn: TxnId
    session: SessionId | None
    item: ItemId
    card: CardNumber | None
    at: Stamp | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TellStaff:
    """A transaction that cannot be recovered by itself, with the reason."""

    txn: TxnId
    reason: str


Action: TypeAlias = (
    AskWhoHolds | CloseOvertaken | DisarmWhenSeen | ArmWhenSeen | OfferReceipt | CloseRenewal | TakeBack | TellStaff
)  # fmt: skip


def recover(unfinished: Sequence[OpenTransaction]) -> list[Action]:
    """Return what must be done, in the order in which the transactions began; each receipt once."""
    actions: list[Action] = []
    for open_ in unfinished:
        actions += [action for action in (_action(open_), _receipt(open_)) if action and action not in actions]
    return actions


def _action(open_: OpenTransaction) -> Action | None:
    if (barred := barred_loan(open_.rows)) and open_.item:
        taken = open_.moot or open_.theirs
        return None if taken else TakeBack(open_.txn, open_.session, open_.item, open_.card, barred.stamp)
    last = last_decisive(open_.rows)
    if last is None or last.kind in ENDS:
        return None
    if open_.item is None:
        return TellStaff(open_.txn, "its rows name no item")
    match last.kind:
        case Kind.RENEW_INTENDED:
            return CloseRenewal(open_.txn, open_.session, open_.item, open_.card)
        case kind if kind in UNANSWERED:
            return _question(open_, open_.item, last)
        case _:
            return _tag_action(open_, open_.item)


def barred_loan(rows: Sequence[Row]) -> Row | None:
    """Return the row of a loan that stands and was called too old for its reader by its answer alone."""
    stood = next((row for row in reversed(rows) if row.kind in STANDS), None)
    return stood if stood and stood.data.get(BARRED) is True else None


def last_decisive(rows: Sequence[Row]) -> Row | None:
    """Return the row that tells where a transaction stands: the last in DECISIVE. A tag that was opened because its
    return was told as failed answers no question."""
    decisive = [row for row in rows if row.kind in DECISIVE]
    asked = next((row for row in reversed(decisive) if row.kind != Kind.TAG_DISARMED), None)
    if asked is not None and asked.kind in RETURN_ASKED:
        return asked
    return decisive[-1] if decisive else None


def _question(open_: OpenTransaction, item: ItemId, asked: Row) -> Action:
    kind = Kind(asked.kind)
    if open_.moot:
        return CloseOvertaken(open_.txn, open_.session, item, open_.card, NOT_MADE[kind])
    lending = kind not in RETURN_ASKED
    return AskWhoHolds(open_.txn, open_.session, item, open_.card, lending, open_.theirs, asked.stamp)


def _tag_action(open_: OpenTransaction, item: ItemId) -> Action | None:
    stands = [row.kind for row in open_.rows if row.kind in STANDS]
    tag = next((row.tag for row in reversed(open_.rows) if row.tag), None)
    if not stands or open_.moot or (open_.session_ended and tag is None):
        return None
    return DisarmWhenSeen(open_.txn, item, tag) if stands[-1] in LENT else ArmWhenSeen(open_.txn, item, tag)


def _receipt(open_: OpenTransaction) -> Action | None:
    told = any(row.kind in RECEIPTED and row.data.get(BARRED) is not True for row in open_.rows)
    if open_.session is None or not open_.receipt_owed or not told:
        return None
    return OfferReceipt(open_.session, open_.card)


def settled(ask: AskWhoHolds, info: ItemInfo, loans: frozenset[ItemId] | None) -> Entry:
    """Return the row that ends the question; recover again afterwards, for the tag. `loans` None: no card is known.

    A loan is done if the item is on the reader's loan. A return is done if the item is on nobody's, or on somebody
    else's by now. RETURNED_OFFLINE and LENT_OFFLINE are what the outbox must make true.
    """
    kind = _loan_settled(ask, loans) if ask.lending else _return_settled(ask, info, loans)
    data: dict[str, Scalar] = {
        "recovered": True,
        "title": info.title,
        "due": info.due.isoformat() if info.due else None,
    }
    if kind in PROMISES:
        data["unknown"] = True
    if ask.theirs:
        data["theirs"] = True
    return Entry(kind, ask.session, ask.txn, ask.card, ask.item, data=data)


def _loan_settled(ask: AskWhoHolds, loans: frozenset[ItemId] | None) -> Kind:
    if loans is None or ask.item not in loans:
        return Kind.CHECKOUT_NOT_SENT
    return Kind.CHECKOUT_APPROVED if ask.theirs else Kind.RETURNED_OFFLINE


def _return_settled(ask: AskWhoHolds, info: ItemInfo, loans: frozenset[ItemId] | None) -> Kind:
    if ask.item in loans if loans is not None else info.standing is Standing.ON_LOAN:
        return Kind.CHECKIN_NOT_SENT
    return Kind.LENT_OFFLINE if ask.theirs and ask.card is not None else Kind.CHECKIN_ACCEPTED
