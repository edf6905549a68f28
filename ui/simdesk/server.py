"""The web server of the virtual desk: on this machine alone."""

from starlette.types import ASGIApp

from ui.web.server import WebServer

HOST = "127.0.0.1"
MOST_HEARD = 4096
"""Bytes a page may say at once on an open line."""
MOST_AT_ONCE = 64


class DeskServer(WebServer):
    """`address` is what a browser is given."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """`port` 0: any that is free."""
        super().__init__(
            app, (HOST, port), "simdesk", limit_concurrency=MOST_AT_ONCE,
            ws="websockets-sansio", ws_max_size=MOST_HEARD, ws_per_message_deflate=False,
        )  # fmt: skip

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"
