"""`kiosk doctor`: what is wrong with this station, and the cure of each thing.

Stand-alone it looks at everything itself: files, ports, library system, machine. A station that is running holds its
ports and its journal; it is asked over its control socket, looks at the rest, and says how its devices stand.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from config import Policy, Station
from kiosk.app import control
from kiosk.app.configured import folders
from kiosk.app.doctor import devices, library, machine, offers, outbox, settings
from kiosk.app.doctor.finding import Finding, Severity, found, from_plain
from kiosk.app.doctor.marks import marks
from kiosk.app.doctor.probes import Probes
from kiosk.app.plugins import Plugins
from kiosk.app.tongue import ENGLISH, language_of

JOURNAL, SOCKET = "journal.db", "control.sock"


@dataclass(frozen=True, slots=True)
class Context:
    """`state` None: where `station.toml` or systemd say. `running`: asked by the station itself, which holds its ports,
    its connection to the library system and its journal."""

    station: Path
    state: Path | None = None
    running: bool = False
    probes: Probes = field(default_factory=Probes)


def run_checks(context: Context) -> list[Finding]:
    """Return everything that is wrong, worst first. Takes seconds: devices and library system are waited for."""
    probes, plugins = context.probes, context.probes.plugins()
    findings = [*machine.clock(probes), *machine.fonts(probes), *machine.screen(probes)]
    station, wrong = settings.station(context.station, plugins, probes)
    findings += wrong
    if station:
        policy, wrong = settings.policy(station, probes)
        findings += [*wrong, *_of_station(context, station, policy, plugins)]
    elif context.state:
        findings += _of_folder(context, context.state)
    return sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)


def _of_station(context: Context, station: Station, policy: Policy | None, plugins: Plugins) -> Iterator[Finding]:
    probes = context.probes
    state = folders(station, context.state, None, probes.environment).state
    yield from machine.zone(station.zone, probes)
    yield from settings.name(context.station, station, probes)
    yield from settings.secret_files(station)
    yield from settings.sense(station, policy, plugins)
    yield from marks(station, policy, plugins)
    if not machine.may_look(state):
        yield found("folder-closed", path=state)
        return
    yield from _of_folder(context, state)
    yield from devices.names(station, probes)
    yield from offers.copies(station, state, probes)
    yield from offers.letters(station.mail, state, probes)
    if not context.running:
        yield from offers.ports(station.serving)
        yield from offers.post(station.mail, probes)
        yield from devices.answers(station, plugins, probes)
        yield from library.answers(station, plugins, probes, state)


def _of_folder(context: Context, state: Path) -> Iterator[Finding]:
    yield from machine.state(state, context.probes)
    if state.is_dir():
        yield from machine.journal(state / JOURNAL, context.running, context.probes)
        yield from () if context.running else outbox.of_folder(state / JOURNAL)


def findings(path: Path, state: Path | None = None) -> list[dict[str, object]]:
    """What a running station answers on its control socket."""
    return [finding.plain() for finding in run_checks(Context(path, state, running=True))]


def doctor(path: Path, state: Path | None = None, socket: Path | None = None, probes: Probes | None = None) -> int:
    """Print what is wrong and the cures; return 1 if something does not work, else 0."""
    context = Context(path, state, probes=probes or Probes())
    socket = socket or _socket_of(context)
    try:
        wrong = ask(socket) if socket else run_checks(context)
    except (OSError, ValueError) as fault:  # nobody there, too slow, or this user may not ask
        print(f"{fault}\nLooking for myself.", file=sys.stderr)  # noqa: T201 - the person who asked must see it
        wrong = run_checks(context)
    language = language_of(context.probes.environment, lambda: _language(context))
    print(report(wrong, language))  # noqa: T201 - the person who asked must see it
    return int(any(finding.severity is Severity.ERROR for finding in wrong))


def ask(socket: Path) -> list[Finding]:
    """Ask a running station. Raises OSError where none answers, ValueError where it refuses."""
    answered, status = control.ask(socket, "doctor"), control.ask(socket, "status")
    wrong = [finding for value in (answered if isinstance(answered, list) else []) if (finding := from_plain(value))]
    told = status if isinstance(status, dict) else {}
    wrong += [*outbox.of_count(told.get("review")), *outbox.of_status(told.get("attention"))]
    wrong += offers.of_status(told.get("library"))
    health = told.get("health", {})
    return wrong + [_trouble_with(part, said) for part, said in health.items() if said != "ready"]


def _trouble_with(part: str, said: str) -> Finding:
    """A clock that is doubted stops nobody; nor does a post that does not come."""
    if part == "mail":
        return found("mail-trouble", sentence=said.removeprefix("E-mail: ").rstrip("."))
    return found("device-warning" if part == "clock" else "device-trouble", sentence=said)


def report(wrong: list[Finding], language: str) -> str:
    """Return the findings as they are printed."""
    language, lines = language if language in _NOTHING else ENGLISH, []
    for finding in wrong:
        sentence, cure = finding.say(language)
        lines += [f"{finding.severity.upper():7} {finding.id}: {sentence}", f"{'':7} → {cure}"]
    errors = sum(finding.severity is Severity.ERROR for finding in wrong)
    if not wrong:
        return _NOTHING[language]
    return "\n".join([*lines, _sum(language, errors, len(wrong) - errors)])


_NOTHING = {"en": "Nothing is wrong.", "ru": "Всё в порядке."}
_RUSSIAN = "Ошибок: {errors}, предупреждений: {warnings}."


def _sum(language: str, errors: int, warnings: int) -> str:
    if language == "ru":
        return _RUSSIAN.format(errors=errors, warnings=warnings)
    return f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}."


def _language(context: Context) -> str:
    """Return the station's language, as far as its file can be read."""
    station, _ = settings.station(context.station, context.probes.plugins(), context.probes)
    return station.look.language if station else ENGLISH


def _socket_of(context: Context) -> Path | None:
    """Return the control socket of the station that this file describes, if it runs."""
    station, _ = settings.station(context.station, context.probes.plugins(), context.probes)
    if station is None:
        return None
    environment = context.probes.environment
    places = [folders(station, context.state, None, environment).runtime, Path(f"/run/kiosk-{station.name}")]
    return next((place / SOCKET for place in places if os.path.exists(place / SOCKET)), None)
