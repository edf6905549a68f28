"""The two lines that stay open while a page looks: the live screen, and what is on the desk."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from itertools import count
from typing import Any

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect

from ui.simdesk.port import Desk, Look, Phase, Screen

log = logging.getLogger(__name__)
LOOK = 0.2
"""Seconds between two looks at the desk."""
BAD_WORDS = 1008
"""Code of a line that is closed because of what was said on it."""
_fingers = count(1)


class NotUnderstood(Exception):
    """The page said something that no page of ours says."""


async def screen_line(socket: WebSocket, screen: Screen) -> None:
    """Send frames, one at a time: the next is asked for when the page has drawn the last, so a slow page gets fewer of
    them, and the newest. Take the page's finger."""
    await socket.accept()
    loop, new = asyncio.get_running_loop(), asyncio.Event()

    def changed() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(new.set)

    look, page = screen.look(changed), _Page(screen)
    try:
        look.want()
        if look.newest() is not None:
            new.set()  # nothing may have been drawn since: then no other comes
        await _both(socket, _frames(socket, look, new, page), page.hear)
    finally:
        look.close()
        page.let_go()


class _Page:
    """What one page says on its screen line."""

    def __init__(self, screen: Screen) -> None:
        self._screen, self._finger = screen, next(_fingers)
        self._down: tuple[float, float] | None = None
        self.drawn = asyncio.Event()
        self.drawn.set()

    async def hear(self, said: dict[str, Any]) -> None:
        match said:
            case {"drawn": int()}:
                self.drawn.set()
            case {"touch": str(phase), "x": int() | float() as x, "y": int() | float() as y}:
                if phase not in set(Phase) or not (0 <= x <= 1 and 0 <= y <= 1):
                    raise NotUnderstood
                self._touch(Phase(phase), float(x), float(y))
            case _:
                raise NotUnderstood

    def let_go(self) -> None:
        """A page that is closed holds nothing down."""
        if self._down is not None:
            self._touch(Phase.UP, *self._down)

    def _touch(self, phase: Phase, x: float, y: float) -> None:
        self._down = None if phase is Phase.UP else (x, y)
        self._screen.touch(self._finger, phase, x, y)


async def _frames(socket: WebSocket, look: Look, new: asyncio.Event, page: _Page) -> None:
    last = 0
    while True:
        await new.wait()
        new.clear()
        picture = look.newest()
        if picture is None:
            await socket.send_bytes(bytes(4))  # the screen is dark
            last = 0
        elif picture.number != last:
            page.drawn.clear()
            await socket.send_bytes(picture.number.to_bytes(4, "big") + picture.data)
            last = picture.number
            await page.drawn.wait()
        look.want()


async def desk_line(socket: WebSocket, desk: Desk) -> None:
    """Send what is on the desk, and the rows of the journal, as they change. The page says nothing here."""
    await socket.accept()

    async def hear(_said: dict[str, Any]) -> None:
        raise NotUnderstood

    await _both(socket, _changes(socket, desk), hear)


async def _changes(socket: WebSocket, desk: Desk) -> None:
    state, seq = None, 0
    while True:
        now, rows = await asyncio.to_thread(lambda after=seq: (desk.state(), desk.journal(after)))  # type: ignore[misc]
        if now != state:
            state = now
            await socket.send_text(json.dumps({"state": asdict(now)}, ensure_ascii=False))
        if rows:
            seq = rows[-1].seq
            await socket.send_text(json.dumps({"rows": [asdict(row) for row in rows]}, ensure_ascii=False))
        await asyncio.sleep(LOOK)


async def _both(socket: WebSocket, telling: Awaitable[None], hear: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """Tell and listen until the page is gone, or says what no page of ours says: then it is hung up."""
    teller = asyncio.ensure_future(telling)
    listener = asyncio.ensure_future(_listen(socket, hear))
    try:
        done, _ = await asyncio.wait((teller, listener), return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    except (WebSocketDisconnect, ConnectionError):
        pass
    except NotUnderstood:
        await socket.close(BAD_WORDS, "this desk does not understand that")
    finally:
        for each in (teller, listener):
            each.cancel()
        await asyncio.gather(teller, listener, return_exceptions=True)


async def _listen(socket: WebSocket, hear: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    while True:
        try:
            said = json.loads(await socket.receive_text())
        except (ValueError, KeyError, RecursionError):  # no JSON; bytes, where text was due; brackets without end
            raise NotUnderstood from None
        if not isinstance(said, dict):
            raise NotUnderstood
        await hear(said)
