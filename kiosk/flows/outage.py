"""Outage: what is alive decides what is offered.

| dead            | what the reader can still do                                        |
|-----------------|---------------------------------------------------------------------|
| journal         | nothing: a loan that cannot be recorded is not made                  |
| pad and scanner | nothing with books                                                   |
| pad or scanner  | everything with the other one                                        |
| ABIS            | borrow and return within the offline rules; "my books" waits         |
| printer         | everything; the receipt goes another way, or there is none           |
| post            | everything; no receipts by e-mail                                    |
| clock (doubted) | everything; no hours are shown, and dates of our own are said to be to be confirmed |

A part that was never reported is not configured here and is not missed. Until pad and scanner have come to life once,
or had time to, the station is starting: who is served before the pad was looked at would find another's books fresh.
"""

from dataclasses import dataclass, replace

from kiosk.domain.health import Health, Part
from kiosk.domain.rules import OfflineRules
from kiosk.events import PartChanged, Task
from kiosk.views import Broken


@dataclass(frozen=True, slots=True)
class Outage:
    """`settled`: everything that books lean on has been alive, or has had time to come alive."""

    health: tuple[tuple[Part, Health], ...] = ()
    settled: bool = False

    def of(self, part: Part) -> Health | None:
        return next((health for other, health in self.health if other is part), None)

    def alive(self, part: Part) -> bool:
        """Configured and usable."""
        health = self.of(part)
        return health is not None and health.usable

    def dead(self, part: Part) -> bool:
        """Configured, and not usable."""
        health = self.of(part)
        return health is not None and not health.usable

    @property
    def broken(self) -> Broken | None:
        if not self.alive(Part.JOURNAL):
            return Broken.JOURNAL if self.dead(Part.JOURNAL) else Broken.STARTING
        if not self.settled:
            return Broken.STARTING
        return None if self.alive(Part.TAGS) or self.alive(Part.SCANNER) else Broken.BOOKS

    @property
    def awaited(self) -> bool:
        """The station starts, and something that books lean on is not alive yet."""
        return not self.settled and (self.dead(Part.TAGS) or self.dead(Part.SCANNER))

    @property
    def offline(self) -> bool:
        return self.dead(Part.ABIS)

    def tasks(self, rules: OfflineRules) -> tuple[Task, ...]:
        """What is offered: nothing that cannot be carried through."""
        if self.broken:
            return ()
        if not self.offline:
            return (Task.CHECKOUT, Task.CHECKIN, Task.ACCOUNT)
        return (Task.CHECKOUT,) * rules.checkout + (Task.CHECKIN,) * rules.checkin


def step(now: Outage, event: PartChanged) -> Outage:
    others = tuple((part, health) for part, health in now.health if part is not event.part)
    after = replace(now, health=(*others, (event.part, event.health)))
    some = after.alive(Part.TAGS) or after.alive(Part.SCANNER)
    return settle(after) if some and not after.awaited else after


def settle(now: Outage) -> Outage:
    """What has not come to life by now is dead."""
    return replace(now, settled=True)
