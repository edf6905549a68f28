"""The log says what happened and where, never with what: an exception's text may hold the name or the PIN it fell over.

A trace is told as files, lines and functions. The text follows only where it was worded for staff.
"""

import copy
import logging
import sys
import threading
from collections.abc import Iterator
from traceback import walk_tb
from types import TracebackType
from typing import TypeAlias

from config import ConfigFault
from devices.transport.port import WireFault
from kiosk.ports.abis import AbisFault
from kiosk.ports.journal import JournalFault

log = logging.getLogger(__name__)
WORDED = (AbisFault, JournalFault, WireFault, ConfigFault, OSError)
"""Faults whose text names systems, files and cures, and nobody."""
MAX_CHAIN = 5
"""Exceptions of one chain that are told."""

Raised: TypeAlias = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


class Discreet(logging.Formatter):
    """Formats like any other, but for traces."""

    def format(self, record: logging.LogRecord) -> str:
        """Never take over a trace that another handler has worded already."""
        own = copy.copy(record)
        own.exc_text = None
        return super().format(own)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - logging's own name for it
        return "\n".join(_told(ei[1])) if ei[1] else ""


def be_discreet() -> None:
    """From now on, whatever is logged or ends a thread is told without its values. For the start of a station."""
    for handler in logging.getLogger().handlers:
        was = handler.formatter
        handler.setFormatter(Discreet(was._fmt if was else None))
    logging.raiseExceptions = False  # a log line that cannot be written would be shown with all it holds
    threading.excepthook = _thread_ended


def end_discreetly() -> None:
    """From now on what ends the process is told likewise. For the first frame: until then nobody can be named, and
    whoever started it must read why it did not."""
    sys.excepthook = lambda kind, fault, trace: log.critical("the station ended", exc_info=(kind, fault, trace))


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "a thread"
    if ended.exc_value is not None:
        log.critical("%s ended", name, exc_info=(ended.exc_type, ended.exc_value, ended.exc_traceback))


def _told(fault: BaseException) -> Iterator[str]:
    one: BaseException | None = fault
    for number in range(MAX_CHAIN):
        if one is None:
            return
        yield _named(one) if number == 0 else f"after {_named(one)}"
        for frame, line in walk_tb(one.__traceback__):
            yield f"  {frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _named(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}" if isinstance(fault, WORDED) else type(fault).__name__
