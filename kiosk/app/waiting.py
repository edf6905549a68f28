"""What waits to be asked of the ABIS: who somebody is before what lies there, each copy once, and never for ever."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, ItemId, SessionId
from kiosk.effects import AskAccount, DescribeItem, Identify, RequestCheckin, RequestCheckout, RequestRenew, TryAbis

MAX_DESCRIBED = 200
"""Copies that wait to be described. More lie on no pad; whoever scans on meanwhile goes without titles."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """A reader has finished."""

    card: CardNumber


@dataclass(frozen=True, slots=True)
class LookBack:
    """A session has ended, or the journal takes rows again: look at what was left open."""


Enquiry: TypeAlias = Identify | AskAccount | DescribeItem | RequestCheckout | RequestCheckin | RequestRenew | TryAbis
Asked: TypeAlias = Enquiry | Goodbye | LookBack


class Waiting:
    """Enquiries in the order in which they are made. From any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._first: deque[Asked] = deque()
        self._rest: deque[Asked] = deque()
        self._described: set[ItemId] = set()
        self.closed = False

    @property
    def empty(self) -> bool:
        with self._changed:
            return not (self._first or self._rest)

    def put(self, asked: Asked) -> bool:
        """Return whether it will be answered; False where too many copies wait."""
        with self._changed:
            if isinstance(asked, DescribeItem):
                if asked.item in self._described:
                    return True
                if len(self._described) >= MAX_DESCRIBED:
                    return False
                self._described.add(asked.item)
            (self._first if isinstance(asked, Identify | Goodbye | TryAbis) else self._rest).append(asked)
            self._changed.notify()
            return True

    def end(self, session: SessionId) -> None:
        """Drop what only the reader of this session wanted to know. What changes a loan is asked all the same."""
        with self._changed:
            for line in (self._first, self._rest):
                kept = [asked for asked in line if not _is_curious(asked, session)]
                line.clear()
                line.extend(kept)

    def get(self, seconds: float) -> Asked | None:
        """Wait for the next one and take it; None when none came, or all is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._first or self._rest, seconds)
            if self.closed or not (self._first or self._rest):
                return None
            asked = (self._first or self._rest).popleft()
            if isinstance(asked, DescribeItem):
                self._described.discard(asked.item)
            return asked

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._changed.notify_all()


def _is_curious(asked: Asked, session: SessionId) -> bool:
    return isinstance(asked, Identify | AskAccount) and asked.session == session
