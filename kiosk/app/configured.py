"""What a machine is told: `station.toml`, the policy, and where to keep things. Nothing is opened or started here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config import ConfigFault, Kind, Policy, Problem, Station, load_policy, load_station, text_of
from kiosk.app.plugins import Plugins
from sync.mail.settings import Settings as Mail

DEFAULT_POLICY = Path(__file__).parent.parent.parent / "config" / "defaults" / "policy.toml"
LOCALES = Path(__file__).parent.parent.parent / "ui" / "locales"
STATE = Path("/var/lib/kiosk")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a station keeps its state, and where its control socket stands."""

    state: Path
    runtime: Path


def station_file(said: str | None, stations: Path) -> Path:
    """Return the file that was meant: a path, the name of a station here, or nothing where there is only one.

    Raises `ConfigFault`, saying which there are.
    """
    try:
        if said is not None:
            named = stations / said / "station.toml"
            return named if "/" not in said and not Path(said).exists() and named.exists() else Path(said)
        known = sorted(path.name for path in stations.iterdir() if (path / "station.toml").is_file())
    except FileNotFoundError:
        known = []
    except PermissionError:
        raise _unnamed(stations, "may be read by root and the kiosk alone: use sudo, or name a station.toml") from None
    if len(known) != 1:
        there = f"holds several stations; name one: {', '.join(known)}"
        raise _unnamed(stations, there if known else "holds no station: name a station.toml, or install one")
    return stations / known[0] / "station.toml"


def _unnamed(stations: Path, what: str) -> ConfigFault:
    return ConfigFault([Problem(str(stations), None, "", what, kind=Kind.UNREADABLE)])


def read_station(path: Path, found: Plugins) -> Station:
    """Read and check `station.toml`. Raises `ConfigFault`."""
    drivers = {name: spec.settings for name, spec in found.drivers.items()}
    abis = {name: spec.settings for name, spec in found.abis.items()}
    return load_station(text_of(path), path, drivers, abis, broken=found.broken, languages=languages(), mail=Mail)


def read_policy(station: Station) -> Policy:
    """Read and check the policy, or the shipped one. Raises `ConfigFault`."""
    path = policy_file(station)
    return load_policy(text_of(path), path, languages())


def policy_file(station: Station) -> Path:
    """Return the policy that the file names, or the shipped one. Raises `ConfigFault` where there is none."""
    path = station.policy or DEFAULT_POLICY
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        what = f"names no file: {path} is not there"
        raise ConfigFault([station.problem(("station", "policy"), what, Kind.NO_FILE)]) from None
    except OSError:
        pass  # reading it says more
    return path


def languages() -> list[str]:
    """Return the languages there are texts in: a folder each."""
    return sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


def folders(
    station: Station, state: Path | None, runtime: Path | None, environment: Mapping[str, str] = os.environ
) -> Folders:
    """What was said on the command line comes first, then the file, then systemd, then the usual place.

    Outside systemd, as for the doctor, the usual place is the one that the unit has systemd hand over.
    """
    kept = state or station.state or _handed(environment, "STATE_DIRECTORY") or STATE / station.name
    return Folders(kept, runtime or station.runtime or _handed(environment, "RUNTIME_DIRECTORY") or kept)


def _handed(environment: Mapping[str, str], name: str) -> Path | None:
    """Return what systemd hands over: the first of several, separated by colons; nothing where it is empty."""
    first = environment.get(name, "").split(":")[0]
    return Path(first) if first else None
