"""What a machine is told: `station.toml`, the policy, and where to keep things. Nothing is opened or started here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config import Policy, Station, load_policy, load_station, text_of
from kiosk.app.plugins import Plugins

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
