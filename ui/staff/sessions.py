"""Who is logged in, and who tries too often. All of it is forgotten when the station stops: people log in again."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from secrets import compare_digest, token_urlsafe

from kiosk.ports.clock import Clock
from kiosk.ports.office import Accounts

IDLE_SECONDS = 30 * 60.0
LONGEST_SECONDS = 12 * 3600.0
MOST_SESSIONS = 50
MOST_TRIED = 1000
"""Names and addresses remembered for wrong passwords; the oldest is forgotten first."""
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 30.0, 15 * 60.0
"""Seconds after the last free try; each further one doubles them."""


@dataclass(slots=True)
class Session:
    """One person at one browser. `note`: what the next page says once; `upload`: a list that waits to be taken."""

    who: str
    mark: str
    language: str
    began: float
    seen: float
    token: str = field(default_factory=token_urlsafe)
    """Stands in every form: another's page does not know it."""
    note: tuple[str, dict[str, str]] | None = None
    upload: tuple[str, bytes] | None = field(default=None, repr=False)

    def say(self, words: str, **values: str) -> None:
        self.note = (words, values)

    def said(self) -> tuple[str, dict[str, str]] | None:
        note, self.note = self.note, None
        return note

    def sent_from_here(self, token: str) -> bool:
        return compare_digest(token.encode(), self.token.encode())


class Sessions:
    """Threads share it. A session's name is its cookie."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts, self._clock = accounts, clock
        self._turn = threading.Lock()
        self._open: OrderedDict[str, Session] = OrderedDict()

    def begin(self, who: str, language: str) -> str | None:
        """Return the cookie; None: the name was removed just now."""
        mark, now = self._accounts.mark(who), self._clock.monotonic()
        if mark is None:
            return None
        cookie = token_urlsafe()
        with self._turn:
            self._open[cookie] = Session(who, mark, language, now, now)
            while len(self._open) > MOST_SESSIONS:
                self._open.popitem(last=False)
        return cookie

    def find(self, cookie: str | None) -> Session | None:
        """Return the session while it lasts, and note that it is used."""
        now = self._clock.monotonic()
        with self._turn:
            session = self._open.get(cookie or "")
        if session is None or cookie is None:
            return None
        over = now - session.seen > IDLE_SECONDS or now - session.began > LONGEST_SECONDS
        if over or self._accounts.mark(session.who) != session.mark:
            self.end(cookie)
            return None
        session.seen = now
        return session

    def end(self, cookie: str | None) -> None:
        with self._turn:
            self._open.pop(cookie or "", None)


class Throttle:
    """How long a name, or an address, must wait after wrong passwords. Right ones end it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turn = threading.Lock()
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, *keys: str) -> float:
        """Return the seconds until the next try is looked at; 0: now."""
        with self._turn:
            return max((self._left(key) for key in keys), default=0.0)

    def wrong(self, *keys: str) -> None:
        with self._turn:
            for key in keys:
                tries, _ = self._wrong.pop(key, (0, 0.0))
                self._wrong[key] = (tries + 1, self._clock.monotonic())
            while len(self._wrong) > MOST_TRIED:
                self._wrong.popitem(last=False)

    def right(self, *keys: str) -> None:
        with self._turn:
            for key in keys:
                self._wrong.pop(key, None)

    def _left(self, key: str) -> float:
        tries, last = self._wrong.get(key, (0, 0.0))
        if tries < FREE_TRIES:
            return 0.0
        wait = min(FIRST_WAIT * 2.0 ** min(tries - FREE_TRIES, 10), LONGEST_WAIT)
        return max(0.0, last + wait - self._clock.monotonic())
