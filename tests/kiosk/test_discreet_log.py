"""The log tells where something went wrong, never with whose name."""

import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from kiosk.app.logs import Discreet, be_discreet, end_discreetly
from kiosk.ports.abis import Unreachable

NAME, PIN = "Иванова Анна", "739164"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What a handler of the process's own writes, the only one, with every hook put back afterwards."""
    hooks, raising = (sys.excepthook, threading.excepthook), logging.raiseExceptions
    root, stream = logging.getLogger(), io.StringIO()
    others, own = root.handlers, logging.StreamHandler(stream)
    own.setFormatter(logging.Formatter("%(levelname).1s %(threadName)s: %(message)s"))
    root.handlers = [own]
    be_discreet()
    assert sys.excepthook is hooks[0], "whoever starts it must read why it did not start"
    end_discreetly()
    yield stream
    root.handlers = others
    (sys.excepthook, threading.excepthook), logging.raiseExceptions = hooks, raising


def fall_over(fault: Exception) -> None:
    try:
        raise KeyError(NAME)
    except KeyError:
        raise fault from ValueError(PIN)


def test_a_trace_says_where_and_not_with_what(said: io.StringIO) -> None:
    try:
        fall_over(RuntimeError(f"no such reader: {NAME}"))
    except RuntimeError:
        logging.getLogger("kiosk").exception("it fell over")
    told = said.getvalue()
    assert told.startswith("E MainThread: it fell over\nRuntimeError\n")
    assert "test_discreet_log.py" in told
    assert "fall_over" in told
    assert "after ValueError" in told
    assert NAME not in told
    assert PIN not in told


def test_a_fault_worded_for_staff_keeps_its_words(said: io.StringIO) -> None:
    try:
        fall_over(Unreachable("ABIS at 10.0.0.5:6001: no answer to message 11 in time"))
    except Unreachable:
        logging.getLogger("kiosk").exception("not lent")
    assert "Unreachable: ABIS at 10.0.0.5:6001: no answer to message 11 in time" in said.getvalue()
    assert PIN not in said.getvalue()


def test_a_trace_that_another_handler_worded_before_is_worded_anew() -> None:
    try:
        fall_over(RuntimeError(NAME))
    except RuntimeError:
        record = logging.LogRecord("kiosk", logging.ERROR, __file__, 1, "it fell over", (), sys.exc_info())
    assert NAME in logging.Formatter().format(record)
    assert NAME not in Discreet().format(record)


def test_what_ends_a_thread_or_the_process_is_told_likewise(said: io.StringIO) -> None:
    thread = threading.Thread(target=fall_over, args=(RuntimeError(NAME),), name="pad")
    thread.start()
    thread.join(10)
    try:
        fall_over(RuntimeError(NAME))
    except RuntimeError as fault:
        sys.excepthook(type(fault), fault, fault.__traceback__)
    told = said.getvalue()
    assert "pad ended" in told
    assert "the station ended" in told
    assert NAME not in told
    assert PIN not in told


def test_a_line_that_cannot_be_written_is_not_shown_with_all_it_holds(
    said: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("kiosk").warning("%d copies", NAME)
    assert NAME not in capsys.readouterr().err
