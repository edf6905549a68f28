"""A device file that is no terminal: a USB printer of the class "printer" (/dev/usb/lp0)."""

import os
import select
import stat
from pathlib import Path

from devices.transport.port import WireFault

_WRITE_SECONDS = 5.0
"""A printer that is out of paper takes nothing at all: that is for its driver to judge, but not for ever."""
_LULL = 0.02
"""Seconds to wait after an empty answer: printers of this class say "ready, and nothing to tell" again and again."""


def is_printer_file(wire: str) -> bool:
    """Say whether a path names a USB printer device, directly or through a link such as a udev rule makes."""
    names = (Path(wire).name, Path(os.path.realpath(wire)).name)
    return any(name.startswith("lp") and name[2:].isdigit() for name in names)


class FilePort:
    """A `Port` on a character device without line settings."""

    def __init__(self, wire: str) -> None:
        self._wire = wire
        try:
            self._file = os.open(wire, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as fault:
            raise WireFault(wire, _plain(fault)) from fault
        if not stat.S_ISCHR(os.fstat(self._file).st_mode):
            self.close()
            raise WireFault(wire, "no device file")

    def read(self, most: int, timeout: float) -> bytes:
        try:
            if select.select([self._file], [], [], timeout)[0]:
                data = os.read(self._file, most)
                if not data:
                    select.select([], [], [], min(_LULL, timeout))
                return data
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as fault:
            raise WireFault(self._wire, _plain(fault)) from fault
        return b""

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                if not select.select([], [self._file], [], _WRITE_SECONDS)[1]:
                    raise WireFault(self._wire, "takes nothing")
                rest = rest[os.write(self._file, rest) :]
        except (OSError, ValueError) as fault:
            raise WireFault(self._wire, _plain(fault)) from fault

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _plain(fault: Exception) -> str:
    code = getattr(fault, "errno", None)
    return os.strerror(code) if isinstance(code, int) else str(fault) or type(fault).__name__
