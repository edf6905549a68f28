"""Entry -> columns -> Row: what a row holds besides who, when and which transaction. Pure.

Sizes are capped because others choose them: item numbers come from scanners and tags, texts from the ABIS.
A card number is replaced wherever it turns up in a row's texts, so that forgetting a reader needs the side tables
alone. Words of others (`data["said"]`: an ABIS, staff) never become part of a row: they may name anybody. They lie
beside it, where they can be removed.
"""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.records import Entry, Kind, Scalar
from sync.journal.stamps import Quality, Stamp
from sync.journal.values import Row

MAX_NAME = 256  # characters of an item, tag, card, session or transaction: longer is no barcode of anybody's
MAX_TEXT = 1000  # characters kept of one text in `data`: SIP2 screen messages are far below
MAX_SAID = 500  # characters kept of what others said: enough to know what to look for
MAX_DATA = 40  # keys in `data`
MIN_CARD = 4  # a shorter card number is replaced only where it is a whole text: it would hit anything
FORGOTTEN, NAMELESS = "[card]", "[name]"
SAID = "said"  # the key in `data` of words that are kept beside the row
BESIDE = frozenset({SAID, "raw"})  # the second is what a refusal calls them: whoever writes one whole does no harm

PROMISES = (Kind.LENT_OFFLINE, Kind.RETURNED_OFFLINE)  # what the ABIS must still be told

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class BadEntry(ValueError):
    """An entry that cannot become a row: the caller's fault, said in words."""


def check(entry: Entry) -> None:
    """Raise `BadEntry` for what may not be written."""
    names = {"item": entry.item, "tag": entry.tag, "card": entry.card, "session": entry.session, "txn": entry.txn}
    for name, value in names.items():
        if value is not None and not 0 < len(value) <= MAX_NAME:
            raise BadEntry(f"{entry.kind}: {name} has {len(value)} characters, 1 to {MAX_NAME} are possible")
        if value is not None and clean(value) != value:
            raise BadEntry(f"{entry.kind}: {name} holds characters that are none")
    if len(entry.data) > MAX_DATA:
        raise BadEntry(f"{entry.kind}: {len(entry.data)} particulars, {MAX_DATA} are possible")
    if entry.kind in PROMISES and (entry.item is None or entry.txn is None):
        raise BadEntry(f"{entry.kind}: needs an item and a transaction")
    if entry.kind is Kind.LENT_OFFLINE and entry.card is None:
        raise BadEntry(f"{entry.kind}: needs a card")


def payload(entry: Entry) -> str:
    """Return the row's payload: compact JSON, keys in order of writing, Cyrillic as it is."""
    body: dict[str, object] = {}
    if entry.item is not None:
        body["item"] = entry.item
    if entry.tag is not None:
        body["tag"] = entry.tag
    data = {clean(str(key)): _kept(value, entry.card) for key, value in entry.data.items() if key not in BESIDE}
    if data:
        body["data"] = data
    return _JSON.encode(body)


def said(entry: Entry) -> str:
    """Return the words that are kept beside the row, short and without the card; nothing where there are none."""
    words = " ".join(str(value) for key, value in entry.data.items() if key in BESIDE and value)
    return redacted(words, entry.card).strip()[:MAX_SAID]


def _kept(value: Scalar, card: CardNumber | None) -> Scalar:
    return redacted(value, card)[:MAX_TEXT] if isinstance(value, str) else value


def redacted(text: str, card: CardNumber | None) -> str:
    """Return a text without the card number and without halves of characters."""
    if card is not None and (text == card or len(card) >= MIN_CARD):
        text = text.replace(card, FORGOTTEN)
    return clean(text)


def nameless(text: str, name: str) -> str:
    """Return a text without the words of a name, in whatever case and declension: names end otherwise in each.

    What merely begins like the name goes with it: a word too few does less harm here than one too many.

    >>> nameless("Читателю Лебедевой Анне отказано", "Лебедева Анна Сергеевна")
    'Читателю [name] [name] отказано'
    """
    for word in set(re.findall(r"[^\W\d_]{2,}", name[:MAX_NAME])):
        stem = word[: max(2, len(word) - 1)] if len(word) < 4 else word[: max(3, len(word) - 3)]
        longer = 2 if len(word) < 4 else 6
        text = re.sub(rf"\b{re.escape(stem)}\w{{0,{longer}}}\b", NAMELESS, text, flags=re.IGNORECASE)
    return text


def clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def wall_text(at: datetime) -> str:
    """Return UTC with microseconds, a form that sorts as it reads."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def wall_time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def row(columns: Sequence[Any]) -> Row:
    """Return the row of its 13 fields (in the order of `chain.FIELDS`) and its hash."""
    journal_id, seq, schema, txn, session, person, boot_id, boottime, wall, quality, kind, body, prev, own = columns
    content = _content(body)
    return Row(
        journal_id=journal_id,
        seq=seq,
        schema=schema,
        txn=None if txn is None else TxnId(txn),
        session=None if session is None else SessionId(session),
        person=person,
        stamp=Stamp(boot_id, boottime, wall_time(wall), quality_of(quality)),
        kind=_kind(kind),
        item=ItemId(content["item"]) if "item" in content else None,
        tag=TagUid(content["tag"]) if "tag" in content else None,
        data=content.get("data", {}),
        prev_hash=prev,
        hash=own,
    )


def _content(body: str) -> dict[str, Any]:
    """Return a payload's content, empty where it was tampered with: the chain check tells, and the rest is readable."""
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _kind(word: str) -> str:
    try:
        return Kind(word)
    except ValueError:
        return word  # of a newer release: passed on as it is


def quality_of(word: str) -> Quality:
    try:
        return Quality(word)
    except ValueError:
        return Quality.UNKNOWN
