"""Checks of what the station was told: `station.toml`, its secrets, the policy."""

from collections.abc import Iterator
from pathlib import Path

from config import ConfigFault, Kind, Policy, Problem, Secrets, Station, load_policy, load_station, text_of
from kiosk.app.configured import policy_file
from kiosk.app.doctor.finding import Finding, found
from kiosk.app.doctor.probes import Probes
from kiosk.app.plugins import Plugins
from kiosk.domain.health import Part
from kiosk.domain.rules import Mode, ReceiptRule
from sync.mail.settings import Settings as Mail

_BY_KIND = {
    Kind.UNREADABLE: "config-unreadable",
    Kind.SYNTAX: "config-syntax",
    Kind.BROKEN_PLUGIN: "plugin-broken",
    Kind.LITERAL_SECRET: "password-in-file",
    Kind.NO_SECRET: "password-file-unusable",
    Kind.WIRE_TWICE: "wire-twice",
    Kind.NO_TEXTS: "language-missing",
    Kind.WRONG: "config-wrong",
}


def station(path: Path, plugins: Plugins, probes: Probes) -> tuple[Station | None, list[Finding]]:
    """Return the station as its file describes it, or what is wrong with the file."""
    if not _is_there(path):
        return None, [found("config-missing", path=path)]
    drivers = {name: spec.settings for name, spec in plugins.drivers.items()}
    abis = {name: spec.settings for name, spec in plugins.abis.items()}
    try:
        secrets = Secrets.beside(path, probes.environment)
        known = _languages(probes)
        return load_station(text_of(path), path, drivers, abis, secrets, plugins.broken, known, Mail), []
    except ConfigFault as fault:
        return None, [found(_name(problem), problem=problem) for problem in fault.problems]


def _name(problem: Problem) -> str:
    if problem.kind is Kind.UNKNOWN_PLUGIN:
        return "abis-unknown" if problem.key.startswith("abis") else "driver-unknown"
    if problem.key == "station.time_zone" and problem.value:
        return "time-zone-unknown"
    return _BY_KIND[problem.kind]


def policy(station: Station, probes: Probes) -> tuple[Policy | None, list[Finding]]:
    try:
        path = policy_file(station)
    except ConfigFault as fault:
        return None, [found("policy-missing", problem=problem) for problem in fault.problems]
    try:
        return load_policy(text_of(path), path, _languages(probes)), []
    except ConfigFault as fault:
        textless = Kind.NO_TEXTS
        names = ["language-missing" if problem.kind is textless else "policy-wrong" for problem in fault.problems]
        return None, [found(name, problem=problem) for name, problem in zip(names, fault.problems, strict=True)]


def _is_there(path: Path) -> bool:
    """Also where this user may not look: reading it then says so."""
    try:
        return path.exists()
    except OSError:
        return True


def secret_files(station: Station) -> Iterator[Finding]:
    """A password that everybody on the machine can read."""
    for path in station.secret_files:
        if path.stat().st_mode & 0o004:
            yield found("password-file-open", path=path)


def name(path: Path, station: Station, probes: Probes) -> Iterator[Finding]:
    """The unit goes by the folder's name, everything else by the one in the file."""
    folder = path.parent
    if folder.parent == probes.stations and folder.name != station.name:
        yield found("name-differs", folder=folder.name, said=station.name)


def sense(station: Station, policy: Policy | None, plugins: Plugins) -> Iterator[Finding]:
    """What is allowed, and yet hardly meant."""
    parts = {part for device in station.devices for part in plugins.drivers[device.driver].parts}
    if not parts & {Part.TAGS, Part.SCANNER}:
        yield found("no-reader")
    if policy is None:
        return
    if policy.rules.receipt is ReceiptRule.ALWAYS and Part.PRINTER not in parts:
        yield found("no-printer")
    if not policy.rules.library:
        yield found("library-unnamed")
    alone = any(part.mode is Mode.OPEN_PLUS for day in policy.plan.week for part in day)
    if alone and not policy.rules.duty_phone:
        yield found("no-phone")


def _languages(probes: Probes) -> list[str]:
    return sorted(path.name for path in probes.locales.iterdir() if path.is_dir())
