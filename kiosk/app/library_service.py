"""What the one desk that keeps the built-in library offers beside its own screen: its store to other desks over SIP2,
and the staff's pages. A port that is taken, or a library that is not installed, keeps nobody from borrowing here: it is
said, and tried again.
"""

import logging
import pwd
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from config import Station as Configured
from config.library import Pages, Place, Serving
from kiosk.app.control import UID, Verb
from kiosk.app.station import Parts, Station
from kiosk.domain.ids import CardNumber
from kiosk.ports.abis import AbisFault
from kiosk.ports.office import Fault, Refused
from sync.abis.local.backups import FOLDER
from sync.abis.local.office import StoreOffice
from sync.abis.local.staff import StaffFile
from sync.abis.local.store import Store
from sync.sip2.server import MachineAccount, Server, ServerSettings, serve

log = logging.getLogger(__name__)
AGAIN = 15.0
"""Seconds until a port that could not be had is tried again."""
STOP_SECONDS = 5.0


class Office(StoreOffice):
    """The store's office, which forgets a reader in this desk's own journal as well."""

    def __init__(self, store: Store, folder: Path, here: Callable[[CardNumber], str]) -> None:
        super().__init__(store, folder)
        self._here = here

    def forget_reader(self, who: str, card: str) -> None:
        """The journal may need its reader still: then nothing is forgotten yet."""
        page = self.reader(card)
        if page is not None and not page.loans and not page.owed:
            why_not = self._here(CardNumber(card))
            if why_not:
                raise Refused([Fault("card", "journal", why_not, why_not)])
        super().forget_reader(who, card)


class Offer:
    """One thing that is offered on a port, in a thread of its own that tries until it succeeds or is stopped.

    `open` returns what is entered while it is offered.
    """

    def __init__(self, name: str, address: str, offered: Callable[[], AbstractContextManager[object]]) -> None:
        self._name, self._open = name, offered
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"library-{name}", daemon=True)
        self.standing = threading.Event()
        self.sentence = "starts"
        self.address, self.trouble = address, ""
        self.offered: object = None
        """What was entered, while it stands."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                with self._open() as self.offered:
                    self.trouble = ""
                    self.sentence = f"at {self.address}"
                    log.info("library: %s %s", self._name, self.sentence)
                    self.standing.set()
                    self._over.wait()
            except Exception as fault:
                self.trouble = _reason(fault)
                self.sentence = f"not at {self.address}: {self.trouble}"
                log.warning("library: %s %s; it is tried again", self._name, self.sentence)
                self._over.wait(AGAIN)
            finally:
                self.offered = None
        self.standing.clear()
        self.sentence = "stopped"


class LibraryService:
    """Everything that `[library]` says, from `start` to `stop`."""

    def __init__(self, serving: Serving, parts: Parts, store: Store, forget: Callable[[CardNumber], str]) -> None:
        self._folder = store.database.path.parent
        self.office = Office(store, self._folder / FOLDER, forget)
        self._parts, self._store, self._serving = parts, store, serving
        self.offers: dict[str, Offer] = {}
        if serving.store:
            self.offers["store"] = Offer("store", shown(serving.store), lambda: self._sip2(serving.store))
        if serving.pages:
            where = f"{'https' if serving.pages.certificate else 'http'}://{shown(serving.pages.place)}"
            self.offers["pages"] = Offer("pages", where, lambda: self._pages(serving.pages))

    def start(self) -> None:
        for offer in self.offers.values():
            offer.start()

    def stop(self) -> None:
        for offer in self.offers.values():
            offer.stop()

    def verbs(self) -> dict[str, Verb]:
        """What is added to the control socket."""
        return {
            "library": lambda _: {name: offer.sentence for name, offer in self.offers.items()},
            "library-backup": self._backup,
        }

    def facts(self) -> dict[str, object]:
        """What a status tells: per thing offered its address, whether it stands there, and why not; how many other
        desks are connected; when the last backup was made, None for never."""
        made = next((kept.made.isoformat(timespec="seconds") for kept in self.office.backups()), None)
        return {**{name: _offer(offer) for name, offer in self.offers.items()}, "backup": made}

    def _backup(self, request: Mapping[str, object]) -> dict[str, object]:
        try:
            kept = self.office.backup(_person(request))
        except AbisFault as fault:
            raise ValueError(str(fault)) from fault
        return {"file": str((self._folder / FOLDER / kept.name).absolute()), "size": kept.size}

    def _sip2(self, place: Place | None) -> AbstractContextManager[object]:
        assert place is not None  # only then is it offered
        accounts = tuple(MachineAccount(user=each.name, password=each.password) for each in self._serving.machines)
        settings = ServerSettings(accounts=accounts, currency=self._store.currency)
        return serve(
            self._store, place.host, place.port, zone=self._parts.zone, clock=self._parts.clock, settings=settings
        )

    def _pages(self, pages: Pages | None) -> AbstractContextManager[object]:
        assert pages is not None  # only then are they offered
        from ui.staff.server import PagesServer  # here: a web framework is loaded where it is used, in this thread
        from ui.staff.web import application

        secure = pages.certificate is not None
        app = application(self.office, StaffFile(self._folder), self._parts.clock, self._parts.zone, secure=secure)
        place = (pages.place.host, pages.place.port)
        return PagesServer(app, place, pages.certificate, pages.key)


@contextmanager
def library_service(configured: Configured, parts: Parts, station: Station) -> Iterator[LibraryService]:
    """Offer what the station's file says while the block runs. It says something, of a store that is kept here."""
    store, serving = parts.abis, configured.serving
    assert serving is not None
    assert isinstance(store, Store)

    def forget(card: CardNumber) -> str:
        outcome = station.forget(card)
        return "" if outcome.done else outcome.sentence

    service = LibraryService(serving, parts, store, forget)
    service.start()
    try:
        yield service
    finally:
        service.stop()


def _offer(offer: Offer) -> dict[str, object]:
    inside = offer.offered
    desks = {"desks": inside.connections} if isinstance(inside, Server) else {}
    return {"address": offer.address, "stands": offer.standing.is_set(), "trouble": offer.trouble, **desks}


def shown(place: Place) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{host}:{place.port}"


def _person(request: Mapping[str, object]) -> str:
    uid = request[UID]
    assert isinstance(uid, int)  # the kernel's word, never the peer's
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _reason(fault: Exception) -> str:
    match fault:
        case ModuleNotFoundError():
            return f"{fault.name} is not installed (it comes with open-library-kiosk[staff])"
        case OSError():
            return fault.strerror or str(fault)
        case _:
            return f"{type(fault).__name__}: {fault}"
