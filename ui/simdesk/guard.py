"""Who may speak to the virtual desk: a page that it served itself, in a browser on this machine. Nobody else.

A port of this machine is open to every page that any browser here has loaded. So: a `Host` that names this machine
(else a stranger's name that was made to lead here would read the answers), for whatever changes something or stays open
an `Origin` that is the page's own (else a stranger's page would press buttons), and answers that no other page may use.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""Names of this machine, with any port: a tunnel to a server may begin at another one."""
MOST_BODY = 4096
"""Bytes of a request; the longest barcode takes 200 characters of JSON."""
READING = frozenset({"GET", "HEAD"})
REFUSED_AT_HANDSHAKE = 4403
HEADERS: Mapping[str, str] = MappingProxyType({
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
})  # fmt: skip

Refusal: TypeAlias = tuple[int, str]


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if refusal := refused(scope["type"], scope.get("method", ""), Headers(scope=scope)):
            await _refuse(scope, receive, send, *refusal)
            return
        await self._app(scope, receive, _with_headers(send))


def refused(kind: str, method: str, headers: Mapping[str, str]) -> Refusal | None:
    """Return status and reason of a refusal, None for who may pass. `kind`: `http` or `websocket`.

    >>> refused("http", "GET", {"host": "127.0.0.1:8600"})
    >>> refused("http", "GET", {"host": "desk.example:8600"})
    (421, 'this is no name of this machine')
    """
    host = headers.get("host", "")
    name, _, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    if name not in HERE or (port and not (port.isascii() and port.isdecimal())):
        return 421, "this is no name of this machine"
    if kind == "websocket" or method not in READING:
        if headers.get("origin") != f"http://{host}":
            return 403, "only the page of this desk may do that"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BODY or "transfer-encoding" in headers:
            return 413, f"a request has at most {MOST_BODY} bytes, and says how many"
    return None


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": REFUSED_AT_HANDSHAKE, "reason": reason})  # answered with 403
        return
    await PlainTextResponse(reason, status)(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _missing(headers, HEADERS.items()):
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending


def _missing(headers: Mapping[str, str], wanted: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return [(name, value) for name, value in wanted if name not in headers]
