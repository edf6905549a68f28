"""The pages on their port, in a thread of their own; beyond this machine under TLS alone."""

import asyncio
import logging
import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

STOP_SECONDS = 5.0
MOST_AT_ONCE = 32
"""Requests: a handful of people, each browser with a few."""


class PagesServer:
    """Serves from entry to exit. OSError where the port or the certificate cannot be had."""

    def __init__(
        self, app: ASGIApp, address: tuple[str, int], certificate: Path | None = None, key: Path | None = None
    ) -> None:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        config = uvicorn.Config(
            app, log_config=None, log_level=logging.WARNING, access_log=False, ws="none", server_header=False,
            date_header=False, proxy_headers=False, lifespan="off", timeout_graceful_shutdown=1, timeout_keep_alive=15,
            h11_max_incomplete_event_size=16 * 1024, limit_concurrency=MOST_AT_ONCE,
            ssl_certfile=certificate, ssl_keyfile=key, ssl_version=ssl.PROTOCOL_TLS_SERVER,
        )  # fmt: skip
        config.load()  # a certificate that is none is told here, not in the thread
        if config.ssl is not None:
            config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
        self._socket = socket.create_server(address, family=family)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="staff-pages", daemon=True)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS)
        self._socket.close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))
