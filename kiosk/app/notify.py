"""What the service manager is told, as sd_notify(3) has it: one datagram to the socket that the environment names."""

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)
ALIVE = "WATCHDOG=1"


def notify(word: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether it was told. Never waits; without a manager, or where it does not listen, nothing happens."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    name = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto(word.encode(), name)
    except OSError as fault:
        log.warning("the service manager was not told: %s", fault.strerror)
        return False
    return True
