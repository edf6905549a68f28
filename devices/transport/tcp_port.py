"""A wire that goes over the network: readers and printers with an Ethernet socket, serial servers."""

import os
import select
import socket

from devices.transport.port import WireFault

_CONNECT_SECONDS = 3.0
_WRITE_SECONDS = 2.0


class TcpPort:
    """A `Port` over TCP. A peer that vanished without a word shows only as silence: drivers judge that."""

    def __init__(self, wire: str, host: str, port: int) -> None:
        self._wire = wire
        try:
            self._socket = socket.create_connection((host, port), timeout=_CONNECT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self._socket.settimeout(_WRITE_SECONDS)
        except OSError as fault:
            raise WireFault(wire, _plain(fault)) from fault

    def read(self, most: int, timeout: float) -> bytes:
        try:
            if not select.select([self._socket], [], [], timeout)[0]:
                return b""
            data = self._socket.recv(most)
        except (OSError, ValueError) as fault:
            raise WireFault(self._wire, _plain(fault)) from fault
        if not data:
            raise WireFault(self._wire, "the other end hung up")
        return data

    def write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as fault:
            raise WireFault(self._wire, _plain(fault)) from fault

    def close(self) -> None:
        self._socket.close()


def _plain(fault: Exception) -> str:
    code = getattr(fault, "errno", None)
    return os.strerror(code) if isinstance(code, int) and code > 0 else str(fault) or type(fault).__name__
