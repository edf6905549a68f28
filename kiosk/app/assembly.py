"""From a checked `station.toml` to the parts of a station."""

from dataclasses import replace
from pathlib import Path

from config import Policy, Station
from kiosk.app.plugins import Plugins
from kiosk.app.station import Parts
from kiosk.app.system import SystemClock, Timekeeper
from kiosk.ports.abis import Abis
from kiosk.ports.devices import Driver
from sync.mail.settings import Settings as Mail
from sync.seen import SeenHere
from sync.spec import Surroundings


def assemble(
    station: Station, policy: Policy, found: Plugins, state: Path, timekeeper: Timekeeper | None = None
) -> Parts:
    """Make drivers, connector and memory; nothing is opened on a wire yet. Raises `AbisFault` for a store in use.

    `timekeeper` None: the wall clock is believed, whatever it says.
    """
    clock = timekeeper or SystemClock()
    surroundings = Surroundings(station.zone, clock, state)
    drivers = _drivers(station, found)
    abis = found.abis[station.library.kind].open(station.library.settings, surroundings)
    return Parts(
        name=station.name,
        journal=state / "journal.db",
        zone=station.zone,
        rules=replace(policy.rules, em_unit=station.em_unit),
        plan=policy.plan,
        look=station.look,
        drivers=drivers,
        abis=abis,
        replay=_second(station, found, surroundings, abis),
        seen=SeenHere(state, clock, station.zone),
        clock=clock,
        timekeeper=timekeeper,
        own_dates=station.library.kind == "local",
        mail=station.mail if isinstance(station.mail, Mail) else None,
    )


def _drivers(station: Station, found: Plugins) -> tuple[Driver, ...]:
    return tuple(found.drivers[device.driver].make(device.settings) for device in station.devices)


def _second(station: Station, found: Plugins, surroundings: Surroundings, first: Abis) -> Abis:
    """A connector for the outbox's own thread. The built-in store is one file of one process, and takes both."""
    if station.library.kind == "local":
        return first
    return found.abis[station.library.kind].open(station.library.settings, surroundings)
