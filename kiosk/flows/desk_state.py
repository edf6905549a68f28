"""What a desk is: the station as a whole, whoever stands in front of it, and what it can do now. `desk` moves it."""

from dataclasses import dataclass, field

from kiosk.domain.health import Part
from kiosk.domain.ids import SessionId, TagUid
from kiosk.domain.rules import Hours, Look, Rules
from kiosk.events import Button, Task
from kiosk.flows import degraded
from kiosk.flows.degraded import Can, Fault, Faults
from kiosk.flows.outage import Outage
from kiosk.flows.pad import Pad
from kiosk.flows.session_state import Session, World
from kiosk.flows.staff import Staff
from kiosk.views import Paper


@dataclass(frozen=True, slots=True)
class Desk:
    """`spare`: the next session's id. `house`: the library's own look. `coming`: rules that wait for an empty desk.

    `strays`: tags that opened a session to which nobody came. `knocked`: what somebody wanted before there was an id.
    """

    rules: Rules = field(default_factory=Rules)
    coming: Rules | None = None
    hours: Hours | None = None
    house: Look = field(default_factory=Look)
    look: Look = field(default_factory=Look)
    pad: Pad = field(default_factory=Pad)
    strays: frozenset[TagUid] = field(default_factory=frozenset)
    outage: Outage = field(default_factory=Outage)
    session: Session | None = None
    spare: SessionId | None = None
    knocked: Task | None = None
    sheet: Button | None = None
    comfort_open: bool = False
    last_call: bool = False
    back_online: bool = False
    waiting: int = 0
    review: int = 0
    staff: Staff = field(default_factory=Staff)

    @property
    def world(self) -> World:
        assert self.hours is not None
        can = self.can
        return World(
            self.pad, self.rules, self.hours.day, self.look.language, self.paper, self.last_call, Can.LAY in can,
            day_certain=Can.DATE not in self.lost, mail=Can.MAIL in can and not self.trial,
        )  # fmt: skip

    @property
    def faults(self) -> Faults:
        """What is dead or doubtful. Whether the clock is believed is what the hours say: they are what counts."""
        told: dict[Part, Fault] = {part: how for part, how in self.outage.faults.items() if part is not Part.CLOCK}
        if self.hours is None or self.hours.certain:
            return told
        return told | {Part.CLOCK: self.outage.faults.get(Part.CLOCK, Fault.DOUBTFUL)}

    @property
    def lost(self) -> frozenset[Can]:
        return degraded.lost(self.faults)

    @property
    def can(self) -> frozenset[Can]:
        return self.outage.can - self.lost

    @property
    def paper(self) -> Paper:
        """What would become of a receipt. Where there is no printer at all nobody waits for one; nor where nothing was
        lent."""
        if self.trial:
            return Paper.NONE
        if Can.PRINT in self.can:
            return Paper.PRINTING
        return Paper.FAILED if Can.PRINT in self.lost else Paper.NONE

    @property
    def tasks(self) -> tuple[Task, ...]:
        return () if self.outage.broken else degraded.tasks(self.lost, self.rules.offline)

    @property
    def in_service(self) -> bool:
        return self.works and not self.staff.closed

    @property
    def gives_way(self) -> bool:
        """Out of service, and nobody is there for whom anything is still to be done: staff may type who they are."""
        current = self.session
        nobody = current is None or (current.nothing_done and not current.trial)
        return nobody and not self.in_service

    @property
    def works(self) -> bool:
        return self.hours is not None and self.outage.broken is None

    @property
    def trial(self) -> Session | None:
        """The visit that never counts."""
        return self.session if self.session and self.session.trial else None
