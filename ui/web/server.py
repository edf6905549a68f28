"""A web server in a thread of its own, for pages that a station serves beside its work."""

import asyncio
import logging
import socket
import threading
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp

STOP_SECONDS = 5.0
MOST_HEADERS = 16 * 1024
"""Bytes of a request's head: a browser sends some hundred."""


class WebServer:
    """Serves from entry to exit. `settings`: what else uvicorn is to do. OSError where the port or a certificate cannot
    be had."""

    def __init__(self, app: ASGIApp, address: tuple[str, int], name: str, **settings: Any) -> None:
        """`address`: host and port, 0 for any that is free; `name` of the thread."""
        config = uvicorn.Config(
            app, log_config=None, log_level=logging.WARNING, access_log=False, server_header=False, date_header=False,
            proxy_headers=False, lifespan="off", timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=MOST_HEADERS, **settings,
        )  # fmt: skip
        config.load()  # a certificate that is none is told here, not in the thread
        self.prepare(config)
        self._socket = socket.create_server(address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)

    def prepare(self, config: uvicorn.Config) -> None:
        """What is still to be set once the settings are loaded."""

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
