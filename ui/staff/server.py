"""The pages on their port; beyond this machine under TLS alone."""

import ssl
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from ui.web.server import WebServer

MOST_AT_ONCE = 32
"""Requests: a handful of people, each browser with a few."""


class PagesServer(WebServer):
    def __init__(
        self, app: ASGIApp, address: tuple[str, int], certificate: Path | None = None, key: Path | None = None
    ) -> None:
        super().__init__(
            app, address, "staff-pages", limit_concurrency=MOST_AT_ONCE, ws="none", timeout_keep_alive=15,
            ssl_certfile=certificate, ssl_keyfile=key, ssl_version=ssl.PROTOCOL_TLS_SERVER,
        )  # fmt: skip

    def prepare(self, config: uvicorn.Config) -> None:
        if config.ssl is not None:
            config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
