"""`kiosk staff …`, carried out: cards and PINs are put into the file that the running station reads.

A PIN is typed twice or comes by standard input, never by the command line, which others of this machine see.
"""

import getpass
import sys
from pathlib import Path

from config import ConfigFault
from kiosk.app.configured import folders, read_station
from kiosk.app.exchange import as_owner, refuse, say
from kiosk.app.plugins import plugins
from kiosk.domain.ids import Secret, masked
from sync.staff_cards import NotSet, StaffCards

NONE = "Nobody yet: kiosk staff add NAME"


def change(station: Path, state: Path | None, deed: str, name: str | None) -> int:
    """Add, remove or list cards. Return 0 if it was done."""
    try:
        place = folders(read_station(station, plugins()), state, None).state
        told = _ask(deed, name)
        with as_owner(place):
            say(_done(StaffCards(place), deed, *told))
    except (ConfigFault, NotSet, OSError) as fault:
        return refuse(str(fault))
    return 0


def _ask(deed: str, name: str | None) -> tuple[str, str, Secret]:
    """Return name, card and PIN, as far as the deed needs them."""
    if deed in ("add", "remove") and not name:
        raise NotSet(f"who? kiosk staff {deed} NAME")
    card = _typed("card (scan it, or type its number): ") if deed in ("add", "add-test", "remove-test") else ""
    return name or "", card, _pin() if deed == "add" else Secret("")


def _typed(prompt: str) -> str:
    if sys.stdin.isatty():
        return input(prompt).strip()
    return sys.stdin.readline().strip()


def _pin() -> Secret:
    if not sys.stdin.isatty():
        return Secret(sys.stdin.readline().removesuffix("\n"))
    first = Secret(getpass.getpass("PIN: "))
    if first != Secret(getpass.getpass("once more: ")):
        raise NotSet("these were two different PINs")
    return first


def _done(cards: StaffCards, deed: str, name: str, card: str, pin: Secret) -> str:
    """Do it and say what was done."""
    match deed:
        case "add":
            new = cards.set(name, card, pin)
            return f"{name} may open the staff screen." if new else f"{name} has another card and PIN now."
        case "remove":
            cards.remove(name)
            return f"{name} opens nothing any more."
        case "add-test":
            cards.add_test(card)
            return "A test card: what it does at the screen never counts."
        case "remove-test":
            cards.remove_test(card)
            return "That card is no test card any more."
        case _:
            return "\n".join((*cards.people(), *(f"test card {masked(each)}" for each in cards.tests()))) or NONE
