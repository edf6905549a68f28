"""A USB printer's device file is a wire like any other."""

import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.transport.file_port import FilePort, is_printer_file
from devices.transport.port import WireFault
from devices.transport.wires import SerialLine, open_wire

SOON = 5.0


@pytest.fixture
def device(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A character device under the name of a printer, and the file number of its other end."""
    master, slave = os.openpty()
    tty.setraw(slave)
    link = tmp_path / "lp0"
    link.symlink_to(os.ttyname(slave))
    yield str(link), master
    for file in (slave, master):
        try:
            os.close(file)
        except OSError:
            continue


def test_a_printer_file_is_told_by_its_name(tmp_path: Path) -> None:
    assert is_printer_file("/dev/usb/lp0")
    assert is_printer_file("/dev/lp12")
    assert not is_printer_file("/dev/lpx")
    assert not is_printer_file("/dev/ttyUSB0")
    (tmp_path / "receipt-printer").symlink_to("/dev/usb/lp3")
    assert is_printer_file(str(tmp_path / "receipt-printer"))


def test_bytes_go_both_ways(device: tuple[str, int]) -> None:
    wire, other = device
    port = open_wire(wire, SerialLine())
    assert isinstance(port, FilePort)
    port.write(b"\x10\x04\x01")
    assert os.read(other, 10) == b"\x10\x04\x01"
    os.write(other, b"\x12\x13")
    assert port.read(1, SOON) == b"\x12"
    assert port.read(1, SOON) == b"\x13"
    assert port.read(1, 0.0) == b""
    port.close()
    port.close()


def test_an_empty_answer_is_waited_out_and_not_asked_for_again_at_once(
    device: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def readable_at_once(files: list[int], *others: object) -> tuple[list[int], list[int], list[int]]:
        waits.append(float(others[-1]))  # type: ignore[arg-type]
        return files, [], []

    port = FilePort(device[0])
    monkeypatch.setattr("devices.transport.file_port.select.select", readable_at_once)
    monkeypatch.setattr("devices.transport.file_port.os.read", lambda *_: b"")
    assert port.read(1, 1.0) == b""
    assert waits == [1.0, 0.02]
    monkeypatch.undo()
    port.close()


def test_a_closed_or_vanished_device_is_a_broken_wire(device: tuple[str, int]) -> None:
    wire, other = device
    port = FilePort(wire)
    os.close(other)
    assert port.read(1, 0.01) == b""  # an empty answer is no farewell: printers give it all day
    with pytest.raises(WireFault):
        port.write(b"x")
    port.close()
    with pytest.raises(WireFault):
        port.read(1, 0.0)
    with pytest.raises(WireFault):
        port.write(b"x")


def test_what_is_no_device_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(WireFault, match="No such file"):
        FilePort(str(tmp_path / "lp1"))
    (tmp_path / "lp2").write_bytes(b"")
    with pytest.raises(WireFault, match="no device file"):
        FilePort(str(tmp_path / "lp2"))


def test_a_printer_that_takes_nothing_is_a_broken_wire_and_not_a_wait_without_end(
    device: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.transport.file_port._WRITE_SECONDS", 0.05)
    port = FilePort(device[0])
    with pytest.raises(WireFault, match="takes nothing"):
        port.write(b"x" * 1_000_000)
    port.close()
