"""`kiosk check-config`: read station.toml and the policy as the station would, and say what is wrong where."""

import sys
import tomllib
from pathlib import Path

from config import ConfigFault, load_policy, text_of
from kiosk.app.configured import languages, policy_file, read_station
from kiosk.app.plugins import plugins


def check_config(path: Path) -> int:
    """Print every problem with its line and return 1, or what the station is and return 0."""
    problems: list[str] = []
    station = policy = None
    try:
        station = read_station(path, plugins())
    except ConfigFault as fault:
        problems.append(str(fault))
    try:
        policy_path = policy_file(station) if station else _named(path)
        policy = load_policy(text_of(policy_path), policy_path, languages()) if policy_path else None
    except ConfigFault as fault:
        problems.append(str(fault))
    if station is None or policy is None:
        print("\n".join(problems), file=sys.stderr)  # noqa: T201 - the person who asked must see it
        return 1
    devices = ", ".join(f"{device.name} ({device.driver})" for device in station.devices) or "no devices"
    print(f"{path}: station {station.name}, {station.library.kind}, {devices}")  # noqa: T201
    print(f"{policy_path}: policy version {policy.version} of {policy.rules.library or 'an unnamed library'}")  # noqa: T201
    return 0


def _named(path: Path) -> Path | None:
    """Return the policy that a file names which is wrong elsewhere; None where that cannot be told."""
    try:
        named = tomllib.loads(text_of(path))["station"]["policy"]
        return path.parent / named if (path.parent / named).is_file() else None
    except (ConfigFault, ValueError, LookupError, TypeError, RecursionError):
        return None
