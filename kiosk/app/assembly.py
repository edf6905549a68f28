"""From a checked `station.toml` to the parts of a station."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config import Policy, Station, load_policy, load_station, text_of
from kiosk.app.plugins import Plugins
from kiosk.app.station import Parts
from kiosk.app.system import SystemClock
from kiosk.ports.abis import Abis
from kiosk.ports.devices import Driver
from sync.seen import SeenHere
from sync.spec import Surroundings

DEFAULT_POLICY = Path(__file__).parent.parent.parent / "config" / "defaults" / "policy.toml"
STATE = Path("/var/lib/kiosk")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a station keeps its state, and where its control socket stands."""

    state: Path
    runtime: Path


def read_station(path: Path, found: Plugins) -> Station:
    """Read and check `station.toml`. Raises `ConfigFault`."""
    drivers = {name: spec.settings for name, spec in found.drivers.items()}
    abis = {name: spec.settings for name, spec in found.abis.items()}
    return load_station(text_of(path), path, drivers, abis, broken=found.broken)


def read_policy(station: Station) -> Policy:
    """Read and check the policy, or the shipped one. Raises `ConfigFault`."""
    path = station.policy or DEFAULT_POLICY
    return load_policy(text_of(path), path)


def folders(
    station: Station, state: Path | None, runtime: Path | None, environment: Mapping[str, str] = os.environ
) -> Folders:
    """What was said on the command line comes first, then systemd, then the file, then the usual place."""
    kept = state or _handed(environment, "STATE_DIRECTORY") or station.state or STATE / station.name
    return Folders(kept, runtime or _handed(environment, "RUNTIME_DIRECTORY") or station.runtime or kept)


def _handed(environment: Mapping[str, str], name: str) -> Path | None:
    """Return what systemd hands over: the first of several, separated by colons; nothing where it is empty."""
    first = environment.get(name, "").split(":")[0]
    return Path(first) if first else None


def assemble(station: Station, policy: Policy, found: Plugins, state: Path) -> Parts:
    """Make drivers, connector and memory; nothing is opened on a wire yet. Raises `AbisFault` for a store in use."""
    clock = SystemClock()
    surroundings = Surroundings(station.zone, clock, state)
    drivers = _drivers(station, found)
    abis = found.abis[station.library.kind].open(station.library.settings, surroundings)
    return Parts(
        name=station.name,
        journal=state / "journal.db",
        zone=station.zone,
        rules=policy.rules,
        plan=policy.plan,
        look=station.look,
        drivers=drivers,
        abis=abis,
        replay=_second(station, found, surroundings, abis),
        seen=SeenHere(state, clock),
        clock=clock,
    )


def _drivers(station: Station, found: Plugins) -> tuple[Driver, ...]:
    return tuple(found.drivers[device.driver].make(device.settings) for device in station.devices)


def _second(station: Station, found: Plugins, surroundings: Surroundings, first: Abis) -> Abis:
    """A connector for the outbox's own thread. The built-in store is one file of one process, and takes both."""
    if station.library.kind == "local":
        return first
    return found.abis[station.library.kind].open(station.library.settings, surroundings)
