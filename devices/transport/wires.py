"""Opening a wire by its address: a serial device file, a USB printer's device file, or `tcp://host:port`."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from devices.transport.file_port import FilePort, is_printer_file
from devices.transport.port import Port
from devices.transport.serial_port import SerialPort
from devices.transport.tcp_port import TcpPort

TCP = "tcp://"


@dataclass(frozen=True, slots=True)
class SerialLine:
    """How a serial line is set: as the device's manual says. Other wires ignore it."""

    baud: int = 9600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1


def checked(wire: str) -> str:
    """Return the address as it is. Raises ValueError saying what a right one looks like."""
    if wire.startswith(TCP):
        _host_and_port(wire)
    elif not wire.startswith("/"):
        raise ValueError(f"{wire!r} is neither a device file such as /dev/serial/by-id/… nor tcp://host:port")
    return wire


def open_wire(wire: str, line: SerialLine) -> Port:
    """Return the open wire. Raises WireFault where it cannot be opened; takes at most three seconds."""
    if wire.startswith(TCP):
        return TcpPort(wire, *_host_and_port(wire))
    if is_printer_file(wire):
        return FilePort(wire)
    return SerialPort(wire, line.baud, line.parity, line.stop_bits)


def _host_and_port(wire: str) -> tuple[str, int]:
    try:
        parts = urlsplit(wire)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.path or parts.query:
        raise ValueError(f"{wire!r} is not of the form tcp://host:port")
    return host, port
