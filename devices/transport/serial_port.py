"""A serial line: a device file, a USB adapter, or the pty of a simulator."""

import os
import select
import termios

import serial

from devices.transport.port import WireFault

_WRITE_SECONDS = 2.0
"""A line that takes nothing for this long (flow control, a hung adapter) is broken."""
_PTY = "/dev/pts/"
"""A simulator's pty has no parity; asked for it a second time it refuses, since nothing else would change."""


class SerialPort:
    """A `Port` on a serial device file, opened for this process alone."""

    def __init__(self, wire: str, baud: int, parity: str, stop_bits: float) -> None:
        self._wire = wire
        if os.path.realpath(wire).startswith(_PTY):
            parity = serial.PARITY_NONE
        try:
            self._serial = serial.Serial(
                wire, baud, parity=parity, stopbits=stop_bits, timeout=0, write_timeout=_WRITE_SECONDS, exclusive=True
            )
            self._file = self._serial.fileno()
        except (OSError, ValueError, termios.error) as fault:
            raise WireFault(wire, _plain(fault)) from fault

    def read(self, most: int, timeout: float) -> bytes:
        try:
            if not select.select([self._file], [], [], timeout)[0]:
                return b""
            data = os.read(self._file, most)
        except (OSError, ValueError) as fault:  # ValueError: closed by another hand
            raise WireFault(self._wire, _plain(fault)) from fault
        if not data:
            raise WireFault(self._wire, "hung up")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._serial.write(data)
        except (OSError, termios.error) as fault:
            raise WireFault(self._wire, _plain(fault)) from fault

    def close(self) -> None:
        try:
            self._serial.close()
        except (OSError, termios.error):
            return  # it is gone: that is as closed as it gets


def _plain(fault: Exception) -> str:
    """Return the system's own words; pyserial wraps them in its own."""
    code = getattr(fault, "errno", None) or (fault.args[0] if isinstance(fault, termios.error) else None)
    return os.strerror(code) if isinstance(code, int) else str(fault) or type(fault).__name__
