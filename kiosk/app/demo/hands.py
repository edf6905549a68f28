"""An invisible reader at the demo's desk: hands that lay and show, a finger, eyes that wait for a screen."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from kiosk.app.demo.abis_line import AbisLine
from kiosk.app.demo.catalogue import plain, readers
from kiosk.app.demo.desk import DemoDesk
from kiosk.app.demo.kiosk_child import KioskChild, Missed
from kiosk.domain.ids import ItemId
from kiosk.domain.records import Kind
from kiosk.events import Button, Choice, Chosen, Event, Pressed, Task, TaskChosen
from kiosk.views import (
    Checkin,
    Checkout,
    Farewell,
    Home,
    Identify,
    Idle,
    Loans,
    OutOfService,
    Paper,
    Pin,
    PutBack,
    RefusalCard,
    RowState,
    View,
)
from ui.simdesk.port import Trouble, Weather

PATIENCE = 30.0
LOOK = 0.2
"""Seconds between two looks whether the scenario is to stop."""
SETTLED = frozenset({RowState.YOURS, RowState.STAYS, RowState.RETURNED, RowState.RECORDED})
FINISHES = (Farewell, Home, Checkout, Checkin, Loans, PutBack, RefusalCard)
WAYS_OUT = 5
"""Screens at most between any screen and the first."""


class Stopped(Exception):
    """Somebody pressed stop."""


class Unseen(Exception):
    """The kiosk did not show or do what it should have; the text says what."""


@dataclass
class Hands:
    """`tell` hears the name of every step, `tidy` puts the desk in order; `stopped` is set from outside.

    `pace` 0: nobody watches.
    """

    desk: DemoDesk
    kiosk: KioskChild
    line: AbisLine
    tell: Callable[[str], None]
    tidy: Callable[[], None]
    cause: Callable[[Trouble], None]
    stopped: threading.Event
    pace: float = 1.0
    _taken: set[ItemId] = field(default_factory=set)

    # --- eyes --------------------------------------------------------------------------------------------------------

    def step(self, name: str, seconds: float = 3.0) -> None:
        """Say what happens now, and leave time to see it. Raises `Stopped`, as everything here."""
        self.tell(name)
        if self.stopped.wait(seconds * self.pace):
            raise Stopped

    def rest(self, seconds: float) -> None:
        """Let time go by that hands need, watched or not: a book is no faster out of a field than a reader looks."""
        if self.stopped.wait(seconds):
            raise Stopped

    def see(self, *kinds: type[View], also: Callable[[View], bool] = lambda _: True) -> View:
        """Return what the screen shows once it is of these kinds (none: any), and as `also` says. Raises `Unseen`."""
        found: list[View] = []

        def look() -> bool:
            try:
                seen = self.kiosk.wait_for(lambda view: (not kinds or isinstance(view, kinds)) and also(view), LOOK)
            except TimeoutError:
                return False
            found.append(seen)
            return True

        self.until(" or ".join(kind.__name__ for kind in kinds) or "any screen", look, pause=0)
        return found[0]

    def until(self, what: str, true: Callable[[], bool], pause: float = LOOK) -> None:
        """Wait until something is so. Raises `Unseen` with `what`."""
        for _ in range(round(PATIENCE / LOOK)):
            if self.stopped.is_set():
                raise Stopped
            if true():
                return
            self.stopped.wait(pause)
        raise Unseen(f"{what}: not seen; the screen shows {type(self.kiosk.view).__name__}")

    def settled(self, many: int) -> View:
        """Wait until so many rows have their answer."""
        return self.see(Checkout, RefusalCard, Checkin, also=lambda view: _settled(view, many))

    def written(self, kind: Kind, items: Collection[ItemId]) -> bool:
        """Whether the journal, as far as it was told, has a row of this kind about one of these."""
        return any(row.kind == kind and row.item in items for row in self.kiosk.rows())

    # --- hands and a finger ------------------------------------------------------------------------------------------

    def press(self, event: Event) -> None:
        """Raises `Unseen`."""
        self._finger(lambda: self.kiosk.press(event))

    def begin(self) -> None:
        """Tidy the desk, see to the power, and wait or press until nobody is at the kiosk."""
        self.tidy()
        self.kiosk.start()
        self.see(also=lambda view: not isinstance(view, OutOfService))
        self.out()

    def out(self) -> None:
        """Press on, by whatever leads out, until nobody is at the kiosk, or can be. Raises `Unseen`."""
        for _ in range(WAYS_OUT):
            view = self.see()
            if isinstance(view, Idle | OutOfService):
                return
            self._press_unless_left(view)
        self.see(Idle, OutOfService)

    def lay(self, *items: ItemId) -> None:
        self.desk.lay(*items)

    def lay_part(self, item: ItemId, part: int) -> None:
        self.desk.lay_part(item, part)

    def returns(self, item: ItemId) -> None:
        """Bring back what is lent, as whoever had it would."""
        self.press(TaskChosen(Task.CHECKIN))
        self.see(Checkin)
        self.lay(item)
        self.settled(1)
        self.until("the tags are armed", lambda: self.desk.armed_whole(item))
        self.finish()
        self.leave()

    def books(self, many: int) -> list[ItemId]:
        """Return copies of as many titles that are on their shelves today and may go to anybody."""
        titles = {copy.item: copy.title for copy in self.desk.copies}
        free = {titles[item]: item for item in plain() if self.desk.armed(item) and item not in self._taken}
        found = list(free.values())[:many]
        self._taken.update(found)
        return found

    def log_in(self, card: str) -> None:
        """Show the card and type its PIN."""
        reader = next(reader for reader in readers() if reader.card == card)
        self.desk.show_card(reader.card)
        self.see(Pin)
        self._finger(lambda: self.kiosk.type(reader.pin))
        self._finger(self.kiosk.enter)

    def finish(self, paper: Paper | None = Paper.PRINTED) -> None:
        """Press "Done" and see the farewell with this receipt."""
        self.press(Pressed(Button.FINISH))
        self.see(Farewell, also=lambda view: paper is None or getattr(view, "paper", None) is paper)

    def leave(self) -> None:
        """Close the farewell, take everything away."""
        self.press(Pressed(Button.FINISH))
        self.desk.lift_all()
        self.see(Idle)

    def fair(self) -> None:
        self.line.hold("")
        self.line.change(Weather.FAIR)

    def _finger(self, touch: Callable[[], object]) -> None:
        try:
            touch()
        except Missed as fault:
            raise Unseen(str(fault)) from fault

    def _press_unless_left(self, view: View) -> None:
        try:
            self.press(_way_out(view))
        except Unseen:
            if not self._left(view):
                raise
            return
        self.until("another screen", lambda: self._left(view))

    def _left(self, before: View) -> bool:
        now = self.kiosk.view
        return type(now) is not type(before) or getattr(now, "row", None) != getattr(before, "row", None)


def _way_out(view: View) -> Event:
    if isinstance(view, RefusalCard) and view.choices and view.row.item is not None:
        return Chosen(view.row.item, Choice.NO)
    return Pressed(Button.FINISH if isinstance(view, FINISHES) else Button.BACK)


def identified_rows(many: int) -> Callable[[View], bool]:
    """The view shows so many books with their titles."""

    def seen(view: View) -> bool:
        rows = getattr(view, "rows", ())
        return isinstance(view, Identify) and len(rows) == many and all(row.title for row in rows)

    return seen


def _settled(view: View, many: int) -> bool:
    if isinstance(view, RefusalCard):
        return many == 1
    rows = getattr(view, "rows", ())
    return len(rows) == many and all(row.state in SETTLED for row in rows)
