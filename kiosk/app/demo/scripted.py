"""The demo by script: a reader borrows three books (one stays here), returns one, renews one.

Books are laid on the simulated pad, the card is scanned, the screen is touched at its widgets: what is shown is what
happens. Every step is printed with its time.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.app.demo.catalogue import cards
from kiosk.app.demo.desk import Copy, DemoDesk
from kiosk.domain.ids import ItemId
from kiosk.events import Button, Pressed, RenewPressed, Task, TaskChosen
from kiosk.views import Checkin, Checkout, Farewell, Identify, Idle, Loans, LoanState, Paper, Pin, Row, RowState, View
from ui.text.catalogue import load
from ui.text.refusals import short

if TYPE_CHECKING:
    from ui.touch.finger import Finger  # imports Kivy, which must be configured first

READER, PIN = "Лебедева Анна Сергеевна", "739164"
BORROWED = ("Мастер и Маргарита", "Дети капитана Гранта", "Бойцовский клуб")
RETURNED = ItemId("30234000510056")
PATIENCE = 15.0
SETTLED = frozenset({RowState.YOURS, RowState.STAYS, RowState.RETURNED})


class Disappointed(Exception):
    """The screen did not show what a reader may expect, for longer than a reader waits."""


@dataclass
class Script:
    """`look` returns what the screen shows now; `finger` touches it; `say` gets each line."""

    desk: DemoDesk
    finger: "Finger"
    look: Callable[[Callable[[View], bool], float], View]
    say: Callable[[str], None]
    _begun: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Play it all. Raises `Disappointed`, or `ui.touch.finger.NotThere`."""
        self._borrow()
        self._return()
        self._renew()

    def _borrow(self) -> None:
        self._sees("the kiosk waits", Idle)
        books = [self._copy(title) for title in BORROWED]
        self.desk.lay(*(book.item for book in books))
        self._sees("three books lie on the pad, their titles stand there before the card", Identify, self._titled)
        self._log_in()
        done = self._sees("every book has its answer", Checkout, lambda view: self._settled(view, len(books)))
        for row in getattr(done, "rows", ()):
            self.say(f"           {row.title}: {_outcome(row)}")
        self._finish("the receipt is printed")
        self.desk.lift_all()
        self._sees("the screen is empty again", Idle)

    def _return(self) -> None:
        self.finger.press(TaskChosen(Task.CHECKIN))
        self._sees("the reader wants to return; nobody asks who it is", Checkin)
        self.desk.lay(RETURNED)
        self._sees("the book is returned and armed", Checkin, lambda view: self._settled(view, 1))
        self._finish("the receipt is printed")
        self.desk.lift_all()
        self._sees("the screen is empty again", Idle)

    def _renew(self) -> None:
        self.finger.press(TaskChosen(Task.ACCOUNT))
        self._sees("the reader wants to see the loans", Identify)
        self._log_in()
        shown = self._sees("the loans are there", Loans, lambda view: bool(getattr(view, "rows", None)))
        row = next(row for row in getattr(shown, "rows", ()) if row.renewable)
        self.say(f"           {row.title}: until {row.due}")
        self.finger.press(RenewPressed(row.item))
        after = self._sees("one is renewed", Loans, lambda view: _renewed(view, row.item) is not None)
        self.say(f"           {row.title}: now until {_renewed(after, row.item)}")
        self._finish("the receipt is printed")
        self._sees("the screen is empty again", Idle)

    def _log_in(self) -> None:
        self.desk.show_card(cards()[READER])
        self._sees("the card is read", Pin)
        self.finger.type(PIN)
        self.finger.enter()

    def _finish(self, what: str) -> None:
        self.finger.press(Pressed(Button.FINISH))
        self._sees(what, Farewell, lambda view: getattr(view, "paper", None) is Paper.PRINTED)
        self.finger.press(Pressed(Button.FINISH))

    def _copy(self, title: str) -> Copy:
        free = [copy for copy in self.desk.copies if copy.title == title and not copy.on_loan]
        if not free:
            raise Disappointed(f"the demo library has no copy of {title} on the shelf")
        return free[0]

    def _sees(self, what: str, kind: type[View], also: Callable[[View], bool] = lambda _: True) -> View:
        try:
            view = self.look(lambda view: isinstance(view, kind) and also(view), PATIENCE)
        except TimeoutError as fault:
            raise Disappointed(f"{what}: not seen; {fault}") from fault
        self.say(f"{time.monotonic() - self._begun:8.2f} s {what}")
        return view

    @staticmethod
    def _titled(view: View) -> bool:
        rows = getattr(view, "rows", ())
        return len(rows) == len(BORROWED) and all(row.title for row in rows)

    @staticmethod
    def _settled(view: View, many: int) -> bool:
        rows = getattr(view, "rows", ())
        return len(rows) == many and all(row.state in SETTLED for row in rows)


def _outcome(row: Row) -> str:
    if row.state is RowState.YOURS:
        return f"yours until {row.due}"
    return f"stays here: {short(load('en'), row.refusal)}" if row.refusal else "stays here"


def _renewed(view: View, item: ItemId) -> object:
    rows = getattr(view, "rows", None) or ()
    return next((row.due for row in rows if row.item == item and row.state is LoanState.RENEWED), None)
