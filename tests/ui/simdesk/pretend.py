"""A desk and a screen that remember what was asked of them, for tests of the page's server without a kiosk."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ui.simdesk.port import Act, Book, Card, Deed, Impossible, JournalRow, Phase, Picture, Plug, State, Weather

STATE = State(
    powered=True, view="Idle", says="", pad=(), told=(), unplugged=(), troubles=(), weather=Weather.FAIR, seconds=0.0,
    receipts=(), played=None,
)  # fmt: skip


@dataclass
class PretendDesk:
    """`refuses`: what `do` says no with."""

    done: list[Deed] = field(default_factory=list)
    now: State = STATE
    rows: list[JournalRow] = field(default_factory=list)
    refuses: str = ""

    def shelf(self) -> Sequence[Book]:
        return [Book("1001", "Солярис", "Станислав Лем")]

    def cards(self) -> Sequence[Card]:
        return [Card("21", "Анна", "1234")]

    def scenarios(self) -> Sequence[str]:
        return ["three_books"]

    def plugs(self) -> Sequence[Plug]:
        return list(Plug)

    def cover(self, item: str) -> bytes | None:
        return b"\x89PNG" if item == "1001" else None

    def state(self) -> State:
        return self.now

    def journal(self, after: int) -> Sequence[JournalRow]:
        return [row for row in self.rows if row.seq > after]

    def do(self, deed: Deed) -> None:
        if self.refuses:
            raise Impossible(self.refuses)
        self.done.append(deed)
        if deed.act is Act.UNPLUG:
            self.now = replace(self.now, unplugged=(Plug(deed.what),))


@dataclass
class PretendScreen:
    """Frames are put there by `draw`; what fingers did is in `touched`."""

    touched: list[tuple[Phase, float, float]] = field(default_factory=list)
    wanted: int = 0
    looks: list["PretendLook"] = field(default_factory=list)
    picture: Picture | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)

    def look(self, changed: Callable[[], None]) -> "PretendLook":
        with self.changed:
            self.looks.append(look := PretendLook(self, changed))
            self.changed.notify_all()
        return look

    def touch(self, finger: int, phase: Phase, x: float, y: float) -> None:
        with self.changed:
            self.touched.append((phase, x, y))
            self.changed.notify_all()

    def draw(self, number: int) -> None:
        self.picture = Picture(number, b"frame %d" % number) if number else None
        for look in list(self.looks):
            look.changed()

    def until(self, true: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(true, 10)


@dataclass(eq=False)
class PretendLook:
    screen: PretendScreen
    changed: Callable[[], None]

    def want(self) -> None:
        with self.screen.changed:
            self.screen.wanted += 1
            self.screen.changed.notify_all()

    def newest(self) -> Picture | None:
        return self.screen.picture

    def close(self) -> None:
        with self.screen.changed:
            self.screen.looks.remove(self)
            self.screen.changed.notify_all()
