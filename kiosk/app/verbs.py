"""What the running station answers on its control socket. No verb opens a door, lends a book or shows a PIN."""

from collections.abc import Callable, Mapping

from kiosk.app.attention import attention
from kiosk.app.control import Verb
from kiosk.app.station import Station
from kiosk.domain.ids import CardNumber
from kiosk.ports.journal import JournalFault
from sync.journal.values import Waiting

VERSION = 1
"""Of what the verbs take and answer."""


def verbs(station: Station, doctor: Callable[[], object]) -> dict[str, Verb]:
    """Return the closed list: `version`, `status`, `doctor`, `verify`, `forget`."""
    return {
        "version": lambda _: VERSION,
        "status": lambda _: status(station),
        "doctor": lambda _: doctor(),
        "verify": lambda _: _verify(station),
        "forget": lambda request: _forget(station, request),
    }


def status(station: Station) -> dict[str, object]:
    """Return the state of everything the station leans on, how much the ABIS must still be told, and which books a
    person should look at.

    A journal that does not answer leaves the numbers out; the rest is told all the same.
    """
    try:
        waiting: Waiting | None = station.journal.waiting()
        cares = [
            {"at": each.at.isoformat(timespec="seconds"), "item": each.item, "care": each.care}
            for each in attention(station.journal)
        ]
    except JournalFault:
        waiting, cares = None, []
    return {
        "station": station.name,
        "busy": station.runtime.busy,
        "waiting": waiting.waiting if waiting else None,
        "review": waiting.review if waiting else None,
        "attention": cares if waiting else None,
        "health": station.health(),
    }


def _verify(station: Station) -> dict[str, object]:
    verdict = station.journal.verify()
    return {"rows": verdict.rows, "holds": verdict.holds, "first_bad": verdict.first_bad, "reason": verdict.reason}


def _forget(station: Station, request: Mapping[str, object]) -> dict[str, object]:
    card = request.get("card")
    if not isinstance(card, str) or not card:
        raise ValueError("forget needs the card's number: card")
    outcome = station.forget(CardNumber(card))
    return {"forgotten": outcome.done, "sentence": outcome.sentence}
