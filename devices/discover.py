"""Drivers found: one folder each under `devices/drivers`, and outsiders by the entry point `kiosk.devices`."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import entry_points
from typing import Any

import devices.drivers
from devices.spec import Spec

_GROUP = "kiosk.devices"


def drivers() -> tuple[dict[str, Spec[Any]], dict[str, str]]:
    """Return the SPECs by name, and by folder or entry point name why one could not be loaded. Never raises."""
    found: dict[str, Spec[Any]] = {}
    broken: dict[str, str] = {}
    for name, load in _candidates():
        try:
            spec = load()
        except Exception as fault:  # a plug-in may fail in any way; it then has a status, not a traceback
            broken[name] = f"{type(fault).__name__}: {fault}"
            continue
        if not isinstance(spec, Spec):
            broken[name] = "has no SPEC of the kind this version knows"
        elif spec.name in found:
            broken[name] = f"the name {spec.name!r} is taken by another driver"
        else:
            found[spec.name] = spec
    return found, broken


def _spec_of(folder: str) -> object:
    return importlib.import_module(f"devices.drivers.{folder}").SPEC


def _candidates() -> Iterator[tuple[str, Callable[[], object]]]:
    for module in pkgutil.iter_modules(devices.drivers.__path__):
        yield module.name, partial(_spec_of, module.name)
    for point in entry_points(group=_GROUP):
        yield point.name, point.load
