"""What the running station answers on its control socket. No verb opens a door, lends a book or shows a PIN."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from kiosk.app import attention
from kiosk.app.control import UID, Verb
from kiosk.app.screen_watch import ScreenWatch
from kiosk.app.station import Station
from kiosk.domain.ids import CardNumber, masked
from kiosk.domain.records import Kind
from kiosk.ports.journal import JournalFault
from sync.journal.delivery import Delivery, State
from sync.journal.values import Waiting

VERSION = 1
"""Of what the verbs take and answer."""
MOST = 1000
"""Rows of the outbox that are listed: more fit no answer, and nobody reads them."""
MAX_REASON = 500
"""Characters of a person's reason: a sentence or two."""


Facts: TypeAlias = Callable[[], Mapping[str, object] | None]


def verbs(
    station: Station,
    doctor: Callable[[], object],
    screen: ScreenWatch | None = None,
    library: Facts = lambda: None,
) -> dict[str, Verb]:
    """Return the closed list: `version`, `language`, `status`, `doctor`, `verify`, `forget`, `outbox` and `attention`,
    and what a person decides about their rows, and about the clock. All times are in the site's zone.

    `library`: what this desk offers to others of the built-in library, where it does.
    """
    return {
        "version": lambda _: VERSION,
        "language": lambda _: station.language,
        "status": lambda _: status(station, screen) | _offered(library) | _mail(station),
        "doctor": lambda _: doctor(),
        "verify": lambda _: _verify(station),
        "forget": lambda request: _forget(station, request),
        "outbox": lambda _: outbox(station),
        "outbox-retry": lambda request: _retry(station, request),
        "outbox-dismiss": lambda request: _dismiss(station, request),
        "clock-believe": lambda request: station.believe_clock(_uid(request)),
        "attention": lambda _: _cares(station),
        "attention-dismiss": lambda request: _tick_off(station, request),
    }


def status(station: Station, screen: ScreenWatch | None = None) -> dict[str, object]:
    """Return the state of everything the station leans on, how much the ABIS must still be told, and which books a
    person should look at. `degraded`: what it means for readers that something is dead. `true_frame`: seconds since
    the screen last drew one; None without a screen.

    A journal that does not answer leaves the numbers out; the rest is told all the same.
    """
    try:
        waiting: Waiting | None = station.journal.waiting()
        cares = _cares(station)
    except JournalFault:
        waiting, cares = None, []
    return {
        "station": station.name,
        "busy": station.runtime.busy,
        "waiting": waiting.waiting if waiting else None,
        "review": waiting.review if waiting else None,
        "attention": cares if waiting else None,
        "health": station.health() | _screen(screen),
        "degraded": list(station.runtime.degraded),
        "true_frame": screen.seconds() if screen else None,
    }


def _offered(library: Facts) -> dict[str, object]:
    facts = library()
    return {"library": dict(facts)} if facts is not None else {}


def _mail(station: Station) -> dict[str, object]:
    """`mail`: how many receipts wait to be sent; its health says what is wrong."""
    waiting = station.letters()
    return {"mail": {"waiting": waiting}} if waiting is not None else {}


def _screen(watch: ScreenWatch | None) -> dict[str, str]:
    return {"screen": watch.health().sentence or "ready"} if watch else {}


def _cares(station: Station) -> list[dict[str, object]]:
    """Return the books a person should look at, the oldest first."""
    return [
        {"id": each.seq, "at": _told(station, each.at), "item": each.item, "care": each.care, "said": each.said}
        for each in attention.attention(station.journal)
    ]


def _verify(station: Station) -> dict[str, object]:
    verdict = station.journal.verify()
    return {"rows": verdict.rows, "holds": verdict.holds, "first_bad": verdict.first_bad, "reason": verdict.reason}


def _forget(station: Station, request: Mapping[str, object]) -> dict[str, object]:
    card = request.get("card")
    if not isinstance(card, str) or not card:
        raise ValueError("forget needs the card's number: card")
    outcome = station.forget(CardNumber(card))
    return {"forgotten": outcome.done, "sentence": outcome.sentence}


def outbox(station: Station) -> list[dict[str, object]]:
    """Return what the ABIS has not yet confirmed, in order: what happened, how far it is, why it waits."""
    rows = station.journal.deliveries(limit=MOST)
    said = station.journal.remarks({row.txn for row in rows if row.state is State.REVIEW})
    return [_shown(row, said.get(row.txn, ""), _told(station, _when(station, row))) for row in rows]


def _when(station: Station, row: Delivery) -> datetime:
    """When the reader did it, as it is known today."""
    return station.journal.dated(row.stamp).wall if row.stamp else row.at


def _told(station: Station, at: datetime) -> str:
    """As the clocks of the site had it."""
    return at.astimezone(station.zone).isoformat(timespec="seconds")


def _shown(row: Delivery, said: str, when: str) -> dict[str, object]:
    return {
        "id": row.seq,
        "what": "lent" if row.kind is Kind.LENT_OFFLINE else "returned",
        "item": row.item,
        "card": masked(row.card) if row.card else None,
        "when": when,
        "state": row.state.value,
        "reason": row.reason,
        "said": said,
    }


def _retry(station: Station, request: Mapping[str, object]) -> str:
    seq = _row(request)
    station.outbox.retry(seq, _uid(request))
    return f"Row {seq} is tried again."


def _dismiss(station: Station, request: Mapping[str, object]) -> str:
    seq, reason = _row(request), _reason(request)
    station.outbox.dismiss(seq, _uid(request), reason)
    return f"Row {seq} is settled; the library system was told nothing."


def _tick_off(station: Station, request: Mapping[str, object]) -> str:
    seq, reason = _row(request), _reason(request)
    attention.dismiss(station.journal, seq, _uid(request), reason)
    return f"Row {seq} is ticked off."


def _reason(request: Mapping[str, object]) -> str:
    reason = request.get("reason")
    if not isinstance(reason, str) or not 0 < len(reason.strip()) <= MAX_REASON:
        raise ValueError(f"dismissing a row needs a reason of at most {MAX_REASON} characters")
    return reason.strip()


def _row(request: Mapping[str, object]) -> int:
    seq = request.get("id")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 < seq < 1 << 63:
        raise ValueError("which row? its number is its id in the list")
    return seq


def _uid(request: Mapping[str, object]) -> int:
    uid = request[UID]
    assert isinstance(uid, int)  # the kernel's word, never the peer's
    return uid
