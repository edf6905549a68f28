"""Checks of the devices: is the wire there, may it be opened, does the device answer.

A device is asked by its own driver, for a few seconds. That needs its wire: a running station is asked for the health
it knows already instead.
"""

import grp
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path

from config import Device, Station
from devices.spec import Spec, WireSettings
from devices.transport.port import WireFault
from devices.transport.wires import TCP, SerialLine, open_wire
from kiosk.app.doctor.finding import Finding, found
from kiosk.app.doctor.probes import Probes
from kiosk.app.plugins import Plugins
from kiosk.domain.health import Health, Part, State
from kiosk.events import Event, PartChanged

_NUMBERED = re.compile(r"/dev/tty(USB|ACM)\d+")
_NOT_YET = "is not opened yet."
_BY_WORD = {
    "Permission denied": "device-not-permitted",
    "Device or resource busy": "device-busy",
    "Resource temporarily unavailable": "device-busy",  # locked, as pyserial and others do it
    "Connection refused": "device-refused",
    "No such file or directory": "device-missing",
}
_SILENT = {Part.TAGS: "pad-silent", Part.PRINTER: "printer-silent"}


def names(station: Station, probes: Probes) -> Iterator[Finding]:
    """What can be said of the wires without touching them."""
    seen: dict[str, str] = {}
    for device in station.devices:
        wire = _wire(device)
        one = seen.setdefault(os.path.realpath(wire), device.name)
        if one != device.name:
            what = f"leads to the same port as the wire of {one}; a wire leads to one device"
            yield found("wire-twice", problem=station.problem(("devices", device.name, "wire"), what))
        if _NUMBERED.fullmatch(wire) and Path(wire).exists():
            yield found("device-by-number", device=device.name, wire=wire, hint=_hint(probes, wire))


def answers(station: Station, plugins: Plugins, probes: Probes) -> Iterator[Finding]:
    """Open each wire, and let its driver say how the device stands."""
    for device in station.devices:
        spec = plugins.drivers[device.driver]
        trouble = _wire_trouble(device, probes) or _health_trouble(device, spec, probes)
        if trouble:
            yield trouble


def of_health(parts: tuple[Part, ...], health: Health) -> Finding | None:
    """Return what the health of a driver means to the doctor, None for a device that works."""
    if health.state is State.READY:
        return None
    if health.state is State.DEGRADED:
        return found("device-warning", sentence=health.sentence)
    if health.state in (State.CONFIG_ERROR, State.LOAD_ERROR):
        return found("device-misconfigured", sentence=health.sentence)
    silent = next((_SILENT[part] for part in parts if part in _SILENT), None)
    answers_not = "not answer" in health.sentence
    return found(silent if silent and answers_not else "device-trouble", sentence=health.sentence)


def _wire(device: Device) -> str:
    settings = device.settings
    return settings.wire if isinstance(settings, WireSettings) else ""


def _wire_trouble(device: Device, probes: Probes) -> Finding | None:
    wire = _wire(device)
    if not wire.startswith(TCP) and (Path(wire).is_file() or Path(wire).is_dir()):
        return found("device-no-device", device=device.name, wire=wire)
    try:
        open_wire(wire, SerialLine()).close()
    except WireFault as fault:
        name = _BY_WORD.get(fault.what, "device-unreachable")
        hint = _hint(probes) if not wire.startswith(TCP) else ""
        values = {"hint": hint, "reason": fault.what, "group": _group(wire)}
        return found(name, device=device.name, wire=wire, **values)
    return None


def _health_trouble(device: Device, spec: Spec[WireSettings], probes: Probes) -> Finding | None:
    settled = threading.Event()
    settings = device.settings
    assert isinstance(settings, WireSettings)
    driver = spec.make(settings)

    def hear(event: Event) -> None:
        if isinstance(event, PartChanged) and not event.health.sentence.endswith(_NOT_YET):
            settled.set()

    driver.start(hear)
    settled.wait(probes.settle)
    health = driver.health()
    driver.stop()
    return of_health(spec.parts, health)


def _group(wire: str) -> str:
    try:
        return grp.getgrgid(os.stat(wire).st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"


def _hint(probes: Probes, wire: str = "") -> str:
    """Return the lasting names there are, or the one of this very device."""
    try:
        links = sorted(probes.by_id.iterdir())
    except OSError:
        return ""
    if wire:
        links = [link for link in links if os.path.realpath(link) == os.path.realpath(wire)]
    return f": {', '.join(str(link) for link in links)}" if links else ""
