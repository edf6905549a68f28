"""Plug-ins that are broken have a reason; folders come from whoever said so first."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from config import ConfigFault, Station
from kiosk.app import plugins as module
from kiosk.app.configured import Folders, folders, station_file
from kiosk.app.plugins import plugins
from sync.abis.local import SPEC as LOCAL
from sync.spec import AbisSpec


def found(monkeypatch: pytest.MonkeyPatch, **candidates: Callable[[], object]) -> module.Plugins:
    sound = list(module._candidates())

    def with_more() -> Iterator[tuple[str, Callable[[], object]]]:
        yield from sound
        yield from candidates.items()

    monkeypatch.setattr(module, "_candidates", with_more)
    return plugins()


def raises(fault: BaseException) -> Callable[[], object]:
    def load() -> object:
        raise fault

    return load


def test_everything_in_the_house_is_found_and_nothing_is_broken() -> None:
    house = plugins()
    assert {"local", "sip2"} <= set(house.abis)
    assert {"feig", "barcode_serial", "escpos"} <= set(house.drivers)
    assert house.broken == {}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (ImportError("No module named 'zeep'"), "ImportError: No module named 'zeep'"),
        (SyntaxError("invalid syntax"), "SyntaxError: invalid syntax"),
        (AttributeError("SPEC"), "AttributeError: SPEC"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_a_broken_connector_has_a_reason_and_the_others_are_there(
    monkeypatch: pytest.MonkeyPatch, fault: BaseException, reason: str
) -> None:
    house = found(monkeypatch, soap=raises(fault))
    assert house.broken == {"soap": reason}
    assert "local" in house.abis


def test_what_is_no_connector_or_takes_a_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = AbisSpec("local", LOCAL.settings, LOCAL.open)
    house = found(monkeypatch, thing=lambda: 42, twin=lambda: twin)
    assert house.broken == {
        "thing": "has no SPEC of the kind this version knows",
        "twin": "the name 'local' is taken by another connector",
    }
    assert house.abis["local"] is LOCAL


SAID, GIVEN, FILED = Path("/said"), Path("/given"), Path("/filed")
SYSTEMD = {"STATE_DIRECTORY": "/given", "RUNTIME_DIRECTORY": "/given/run"}


def station(state: Path | None = None, runtime: Path | None = None) -> Station:
    return cast(Station, SimpleNamespace(name="desk-1", state=state, runtime=runtime))


def test_what_was_said_comes_first_then_the_file_then_systemd_then_the_usual_place() -> None:
    filed = station(FILED, FILED / "run")
    assert folders(filed, SAID, SAID / "run", SYSTEMD) == Folders(SAID, SAID / "run")
    assert folders(filed, None, None, SYSTEMD) == Folders(FILED, FILED / "run")
    assert folders(station(), None, None, SYSTEMD) == Folders(GIVEN, GIVEN / "run")
    assert folders(station(), None, None, {}) == Folders(Path("/var/lib/kiosk/desk-1"), Path("/var/lib/kiosk/desk-1"))


def test_a_station_started_by_hand_keeps_its_socket_with_its_state() -> None:
    assert folders(station(), SAID, None, {}) == Folders(SAID, SAID)
    assert folders(station(None, FILED), SAID, None, {}) == Folders(SAID, FILED)


def test_an_empty_variable_is_none_and_of_several_folders_the_first_counts() -> None:
    empty = {"STATE_DIRECTORY": "", "RUNTIME_DIRECTORY": ""}
    assert folders(station(FILED), None, None, empty) == Folders(FILED, FILED)
    several = {"STATE_DIRECTORY": "/given:/given/other"}
    assert folders(station(), None, None, several) == Folders(GIVEN, GIVEN)


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    for name in ("desk-1", "door-1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "station.toml").touch()
    return tmp_path


def test_the_only_station_of_a_machine_need_not_be_named(stations: Path) -> None:
    (stations / "door-1" / "station.toml").unlink()
    assert station_file(None, stations) == stations / "desk-1" / "station.toml"


def test_of_several_stations_one_must_be_named_by_name_or_file(stations: Path) -> None:
    with pytest.raises(ConfigFault, match=r"name one: desk-1, door-1"):
        station_file(None, stations)
    assert station_file("door-1", stations) == stations / "door-1" / "station.toml"
    assert station_file("desk-9", stations) == Path("desk-9")
    assert station_file("./door-1", stations) == Path("door-1")
    assert station_file(str(stations / "x.toml"), stations) == stations / "x.toml"


def test_a_machine_without_a_station_is_told_so(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ConfigFault, match="holds no station"):
            station_file(None, place)
