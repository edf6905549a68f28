"""What every answer of the pages carries, and what no request may be.

No script runs on these pages at all, nothing comes from elsewhere, nobody shows them in a frame, nothing is kept in a
cache: what they hold are readers' names. A request says how long it is, and only a list of readers or books is long.
"""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY = 64 << 10
"""Bytes of a form."""
MOST_LIST = 8 << 20
"""Bytes of a list that is uploaded: 50,000 readers. Longer ones are for the command line."""
LISTS = "/lists/preview"
"""Where lists are uploaded."""
READING = frozenset({"GET", "HEAD"})
HEADERS: Mapping[str, str] = MappingProxyType({
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
})  # fmt: skip


class Guard:
    """ASGI middleware around the whole application. `secure`: the pages are reached over TLS alone."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._scheme = "https" if secure else "http"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # no line stays open here
        refusal = refused(scope["method"], scope["path"], Headers(scope=scope), self._scheme)
        if refusal is not None:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))


def refused(method: str, path: str, headers: Mapping[str, str], scheme: str) -> tuple[int, str] | None:
    """Return status and reason, None for what may pass. A form sent from another's page says so (`Origin`), where the
    browser is new enough to say; the token in the form is asked for all the same."""
    if method not in READING | {"POST"}:
        return 405, "pages are read, forms are sent"
    if method == "POST":
        if headers.get("origin", f"{scheme}://{headers.get('host')}") != f"{scheme}://{headers.get('host')}":
            return 403, "this form is not from here"
        most = MOST_LIST + MOST_BODY if path == LISTS else MOST_BODY
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdecimal()) or int(length) > most or "transfer-encoding" in headers:
            return 413, f"at most {most} bytes are taken here"
    return None


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return sending
