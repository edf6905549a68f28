"""Sets: items in several parts, each with a tag that says which part of how many it is.

Rules:
  1. The other parts are waited for a short while. A part counts once: a second tag of it is another copy's.
  2. Lending begins when all parts lie there, or as the policy says: where the first part is enough, or where the reader
     says that the rest is there without tags. What was lent so is journaled.
  3. A return never waits: what came home is returned. What is missing then is named, and staff are told.
"""

from collections.abc import Iterable

from kiosk.domain.ids import ItemId, SessionId, TxnId
from kiosk.domain.items import ItemInfo, Media
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Rules, Sets
from kiosk.effects import Note, StartTimer
from kiosk.events import Timer

LENT, RETURNED = "lent", "returned"
"""How what the journal says of an incomplete set begins."""
MOST_NAMED = 9
"""Parts named in the journal: a tag may claim to be of 999."""


def missing(parts: int, here: Iterable[int]) -> tuple[int, ...]:
    """Return which of so many parts are not among those that are here."""
    seen = frozenset(here)
    return tuple(part for part in range(1, parts + 1) if part not in seen)


def enough(absent: tuple[int, ...], rules: Rules) -> bool:
    """Say whether the policy asks for none of what is absent."""
    return not absent or (rules.sets is Sets.MAIN_PART and 1 not in absent)


def refusal(absent: tuple[int, ...], parts: int, info: ItemInfo | None) -> Refusal:
    media = info.media if info else Media.OTHER
    return Refusal(Reason.SET_INCOMPLETE, missing=absent, parts=parts, media=media)


def wait(rules: Rules) -> StartTimer:
    return StartTimer(Timer.PARTS, rules.patience.parts)


def note(
    how: str, absent: tuple[int, ...], parts: int, session: SessionId, item: ItemId | None, txn: TxnId | None
) -> Note:
    which = ", ".join(map(str, absent[:MOST_NAMED]))
    return Note(Kind.SET_INCOMPLETE, session, item, txn=txn, topic=f"{how} without part {which} of {parts}")
