"""Drivers found: a broken one has a reason, never a traceback, and takes nobody else down."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from devices import discover
from devices.drivers.feig import SPEC


def outsiders(monkeypatch: pytest.MonkeyPatch, **points: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what is found when other packages offer these entry points."""
    offered = [SimpleNamespace(name=name, load=load) for name, load in points.items()]
    monkeypatch.setattr(discover, "entry_points", lambda group: offered if group == "kiosk.devices" else [])
    return discover.drivers()


def raises() -> object:
    raise ImportError("no module named libvendor")


def test_an_outsiders_driver_is_found_beside_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(SPEC, name="acme")
    found, broken = outsiders(monkeypatch, acme=lambda: other)
    assert (found["acme"], found["feig"]) == (other, SPEC)
    assert broken == {}


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (raises, "ImportError: no module named libvendor"),
        (lambda: "a string", "has no SPEC"),
        (lambda: SPEC, "'feig' is taken"),
    ],
)
def test_a_broken_one_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch, load: Any, reason: str) -> None:
    found, broken = outsiders(monkeypatch, acme=load)
    assert reason in broken["acme"]
    assert found["feig"] is SPEC
