"""The web server of the virtual desk: on this machine alone, in a thread of its own."""

import asyncio
import logging
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
MOST_HEARD = 4096
"""Bytes a page may say at once on an open line."""
STOP_SECONDS = 5.0


class DeskServer:
    """Serves from entry to exit; `address` is what a browser is given. OSError where the port is taken."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """`port` 0: any that is free."""
        self._socket = socket.create_server((HOST, port))
        config = uvicorn.Config(
            app, log_config=None, log_level=logging.WARNING, access_log=False, ws="websockets-sansio",
            ws_max_size=MOST_HEARD, ws_per_message_deflate=False, server_header=False, date_header=False,
            proxy_headers=False, lifespan="off", timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=16 * 1024, limit_concurrency=64,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="simdesk", daemon=True)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self._socket.getsockname()[1]}/"

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
