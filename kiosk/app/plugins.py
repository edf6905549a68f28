"""Plug-ins found: drivers and connectors, one folder each, and outsiders' by entry point. A broken one has a reason."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from typing import Any

import sync.abis
from devices import discover
from devices.spec import Spec
from sync.spec import AbisSpec


@dataclass(frozen=True, slots=True)
class Plugins:
    """SPECs by name; `broken`: by folder or entry point why one could not be loaded."""

    drivers: Mapping[str, Spec[Any]]
    abis: Mapping[str, AbisSpec[Any]]
    broken: Mapping[str, str]


def plugins() -> Plugins:
    """Look for everything this installation can do. Never raises: a plug-in may fail in any way and is then named."""
    drivers, broken_drivers = discover.drivers()
    abis, broken_abis = _abis()
    return Plugins(drivers, abis, {**broken_drivers, **broken_abis})


def _abis() -> tuple[dict[str, AbisSpec[Any]], dict[str, str]]:
    found: dict[str, AbisSpec[Any]] = {}
    broken: dict[str, str] = {}
    for name, load in _candidates():
        try:
            spec = load()
        except (Exception, SystemExit) as fault:  # a module that ends the process as it is imported is broken too
            broken[name] = f"{type(fault).__name__}: {fault}"
            continue
        if not isinstance(spec, AbisSpec):
            broken[name] = "has no SPEC of the kind this version knows"
        elif spec.name in found:
            broken[name] = f"the name {spec.name!r} is taken by another connector"
        else:
            found[spec.name] = spec
    return found, broken


def _candidates() -> Iterator[tuple[str, Callable[[], object]]]:
    for module in pkgutil.iter_modules(sync.abis.__path__):
        yield module.name, partial(_spec_of, module.name)
    for point in entry_points(group="kiosk.abis"):
        yield point.name, point.load


def _spec_of(folder: str) -> object:
    return importlib.import_module(f"sync.abis.{folder}").SPEC
