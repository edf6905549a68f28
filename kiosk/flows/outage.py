"""Outage: what is alive now. What follows from what is not stands in `degraded`.

A part that was never reported is not configured here and is not missed. Until pad and scanner have come to life once,
or had time to, the station is starting: who is served before the pad was looked at would find another's books fresh.
"""

from dataclasses import dataclass, replace

from kiosk.domain.health import Health, Part
from kiosk.events import PartChanged
from kiosk.flows import degraded
from kiosk.flows.degraded import Can, Fault, Faults
from kiosk.views import Broken


@dataclass(frozen=True, slots=True)
class Outage:
    """`settled`: everything that books lean on has been alive, or has had time to come alive."""

    health: tuple[tuple[Part, Health], ...] = ()
    settled: bool = False

    def of(self, part: Part) -> Health | None:
        return next((health for other, health in self.health if other is part), None)

    def dead(self, part: Part) -> bool:
        """Configured, and not usable."""
        return self.faults.get(part) is Fault.DEAD

    @property
    def faults(self) -> Faults:
        """What is configured, and dead or doubtful."""
        found = ((part, degraded.fault(health)) for part, health in self.health)
        return {part: fault for part, fault in found if fault}

    @property
    def can(self) -> frozenset[Can]:
        """What the parts that are there can do now."""
        return degraded.given((part for part, _ in self.health), degraded.lost(self.faults))

    @property
    def broken(self) -> Broken | None:
        if Can.KEEP not in self.can:
            return Broken.JOURNAL if self.dead(Part.JOURNAL) else Broken.STARTING
        if not self.settled:
            return Broken.STARTING
        return None if self.can & {Can.LAY, Can.SCAN} else Broken.BOOKS

    @property
    def awaited(self) -> bool:
        """The station starts, and something that books lean on is not alive yet."""
        return not self.settled and (self.dead(Part.TAGS) or self.dead(Part.SCANNER))

    @property
    def offline(self) -> bool:
        return self.dead(Part.ABIS)


def step(now: Outage, event: PartChanged) -> Outage:
    others = tuple((part, health) for part, health in now.health if part is not event.part)
    after = replace(now, health=(*others, (event.part, event.health)))
    return settle(after) if after.can & {Can.LAY, Can.SCAN} and not after.awaited else after


def settle(now: Outage) -> Outage:
    """What has not come to life by now is dead."""
    return replace(now, settled=True)
