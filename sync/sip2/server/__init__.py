"""Our SIP2 server: a threaded TCP server over any library system that is an `Abis`.

It stands before the built-in store in the demo and in the tests of our own client, and is the gateway for machines of
other makers.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from uuid6 import uuid7

from kiosk.domain.ids import TxnId
from kiosk.ports.abis import Abis
from kiosk.ports.clock import Clock
from sync.sip2.server.conversation import Conversation, Reply
from sync.sip2.server.desk import Desk
from sync.sip2.server.mischief import Latency, Mischief, Trouble, always, nth
from sync.sip2.server.settings import MachineAccount, ServerSettings
from sync.sip2.server.tcp import Server

__all__ = [
    "Conversation",
    "Desk",
    "Latency",
    "MachineAccount",
    "Mischief",
    "Reply",
    "Server",
    "ServerSettings",
    "Trouble",
    "always",
    "nth",
    "serve",
]


def mint() -> TxnId:
    return TxnId(str(uuid7()))


def serve(
    abis: Abis,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    zone: ZoneInfo,
    clock: Clock,
    settings: ServerSettings | None = None,
    latency: Latency | None = None,
    mischief: Mischief | None = None,
    minted: Callable[[], TxnId] = mint,
) -> Server:
    """Start serving and return at once; port 0 takes a free one (`Server.port`). Raises OSError if the port is taken.

    `latency` and `mischief` are for tests and benchmarks. Closing the server does not close the library system.
    """
    chosen = settings or ServerSettings()
    desk = Desk(abis, chosen, zone, clock, minted, chosen.language)
    return Server(desk, (host, port), latency, mischief)
