"""Checks of the library system: name, port, login; of the built-in store: whether it can be opened."""

from collections.abc import Iterator
from pathlib import Path

from config import Station
from kiosk.app.doctor.finding import Finding, found
from kiosk.app.doctor.probes import Probes
from kiosk.app.plugins import Plugins
from kiosk.app.system import SystemClock
from kiosk.domain.health import Health, State
from kiosk.ports.abis import AbisFault
from sync.abis.local.faults import InUse
from sync.spec import Surroundings


def reach(station: Station, probes: Probes) -> Finding | None:
    """Find out whether the network leads to the library system. None: it does, or there is no network in between."""
    host, port = getattr(station.library.settings, "host", None), getattr(station.library.settings, "port", None)
    if not isinstance(host, str) or not isinstance(port, int):
        return None
    try:
        probes.resolve(host)
    except (OSError, UnicodeError):
        return found("abis-unresolvable", host=host)
    try:
        probes.connect(host, port, probes.reach)
    except ConnectionRefusedError:
        return found("abis-refused", host=host, port=port)
    except OSError:
        return found("abis-timeout", host=host, port=port)
    return None


def answers(station: Station, plugins: Plugins, probes: Probes, state: Path) -> Iterator[Finding]:
    """Log in as the station does, and ask for a sign of life."""
    unreached = reach(station, probes)
    if unreached:
        yield unreached
        return
    settings = station.library.settings
    kept = getattr(settings, "file", None)
    if isinstance(kept, Path) and not (state / kept).exists():
        return  # the store begins with the station's first start
    around = Surroundings(station.zone, SystemClock(), state)
    try:
        abis = plugins.abis[station.library.kind].open(settings, around)
    except InUse as fault:
        yield found("store-in-use", sentence=_end(fault))
        return
    except AbisFault as fault:
        yield found("store-unusable", sentence=_end(fault))
        return
    try:
        yield from of_health(abis.probe())
    finally:
        abis.close()


def of_health(health: Health) -> Iterator[Finding]:
    """Tell what a connector's health means."""
    sentence = health.sentence.rstrip(".")
    match health.state:
        case State.READY:
            return
        case State.DEGRADED:
            yield found("abis-complains", sentence=sentence)
        case State.CONFIG_ERROR if "not understood" in sentence:
            yield found("abis-not-understood", sentence=sentence)
        case State.CONFIG_ERROR:
            yield found("abis-login", sentence=sentence)
        case _:
            yield found("abis-silent", sentence=sentence)


def _end(fault: AbisFault) -> str:
    return str(fault).rstrip(".")
