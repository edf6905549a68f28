"""One shape for every wire that carries bytes."""

from typing import Protocol


class WireFault(Exception):
    """The wire is gone, refused or broken. `wire` is its address as configured; `what` is the system's word for it."""

    def __init__(self, wire: str, what: str) -> None:
        super().__init__(f"{wire}: {what}")
        self.wire = wire
        self.what = what


class Port(Protocol):
    """An open wire, used by one thread. Every method raises `WireFault` once the wire is gone."""

    def read(self, most: int, timeout: float) -> bytes:
        """Return what has arrived, at most `most` bytes, as soon as there is something; b"" after `timeout` seconds."""
        ...

    def write(self, data: bytes) -> None: ...

    def close(self) -> None:
        """Close it. Closing twice is harmless."""
        ...
