"""A spot of the screen drawn anew, on top of the frame that was shown.

Kivy draws whole frames. Where the processor draws, one costs more than all else the kiosk does at rest, so what moves
or beats alone on a screen at rest is gone through whole and filled in within its box. That holds only where the frame
that was shown is still where the next one is drawn: `ui.touch.heartbeat` looks at that with each beat.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kivy.core.window import Window
from kivy.graphics.opengl import GL_RENDERER, GL_SCISSOR_TEST, glDisable, glEnable, glGetString, glScissor
from kivy.lang import Builder

PROCESSOR = (b"llvmpipe", b"softpipe", b"swrast")
"""How Mesa names what draws without a graphics card. A card draws the whole frame for nothing."""

Box = tuple[int, int, int, int]
_kept = False


def worth() -> bool:
    """Whether the processor draws here."""
    return any(name in glGetString(GL_RENDERER) for name in PROCESSOR)


def frames_are_kept(kept: bool) -> None:
    """Say whether the display takes a copy of a frame; until it is said, frames are drawn whole."""
    global _kept  # noqa: PLW0603
    _kept = kept


def draw(box: Box, change: Callable[[], None]) -> None:
    """Make a change that is seen within `box` alone (x, y, width, height in px) and have it drawn.

    Where anything else is to be drawn as well, or frames are not kept, a whole frame comes, at its time.
    """
    at_rest = not Window.canvas.needs_redraw
    change()
    Builder.sync()  # rules of canvases are followed before a frame
    if at_rest and _kept and Window.canvas.needs_redraw:
        with _within(box):
            Window.dispatch("on_draw")
        Window.dispatch("on_flip")


@contextmanager
def _within(box: Box) -> Iterator[None]:
    glEnable(GL_SCISSOR_TEST)
    glScissor(*box)
    try:
        yield
    finally:
        glDisable(GL_SCISSOR_TEST)
