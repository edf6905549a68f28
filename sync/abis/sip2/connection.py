"""The conversation with one ABIS: connect, log in, ask, and after every fault know whether something may have been
done.

Rules:
  1. One request in flight. After any fault the connection is dropped: a late answer must never meet another request.
  2. An answer is ours by its code, its AY where it has one, and the item it speaks of. Anything else is passed over
     until the deadline.
  3. What changes something is sent once. What only asks is asked a second time on a fresh connection, unless the first
     time ended in silence: a reader does not wait twice.
  4. `NotSent` only while not one byte left, or where the ABIS itself said that it did not understand (96).
  5. After a failure to connect, callers are told so at once until the next attempt is due.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeVar

from kiosk.domain.health import READY, Health, State
from kiosk.ports.abis import NotSent, Unreachable
from kiosk.ports.clock import Clock
from sync.abis.sip2.breaker import Breaker
from sync.abis.sip2.line import Closed, Line, NothingWritten, Silence
from sync.abis.sip2.profile import Profile
from sync.abis.sip2.requests import Request, Requests
from sync.abis.sip2.status import AbisStatus, assumed, read_status
from sync.abis.sip2.verdict import Verdict, judge
from sync.sip2.codec import Message, decode
from sync.sip2.encoder import encode
from sync.sip2.faults import BREAKING
from sync.sip2.masking import SHOWN, mask

log = logging.getLogger(__name__)

T = TypeVar("T")
Connect = Callable[[str, int, float, Clock], Line]


class _Failed(Exception):
    """One attempt came to nothing. `sent`: it may have been carried out. `again`: another attempt makes sense."""

    def __init__(self, why: str, *, sent: bool, again: bool = False, state: State = State.ABSENT) -> None:
        super().__init__(why)
        self.sent = sent
        self.again = again
        self.state = state


@dataclass(frozen=True, slots=True)
class Place:
    """Where the ABIS listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Connection:
    """Calls are served one at a time; `close` may come from any thread and ends the one that waits."""

    def __init__(
        self,
        place: Place,
        requests: Requests,
        clock: Clock,
        connect: Connect = Line.connect,
        logged: Collection[bytes] = SHOWN,
    ) -> None:
        """`logged`: identifiers whose values the log may show."""
        self._place = place
        self._logged = logged
        self._requests = requests
        self._profile: Profile = requests.profile
        self._zone: tzinfo = requests.zone
        self._clock = clock
        self._connect = connect
        self._lock = threading.Lock()
        self._breaker = Breaker()
        self._line: Line | None = None
        self._sequence = 0
        self._used = 0.0
        self._closed = False
        self.health = Health(State.ABSENT, f"ABIS at {place}: not asked yet")
        self.status: AbisStatus = assumed(self._profile)

    def ask(self, request: Request) -> Message:
        """Return the answer. Raises NotSent or Unreachable with a sentence for staff, and NotEncodable before all."""
        with self._lock:
            self._await_turn()
            try:
                try:
                    return self._attempt(request)
                except _Failed as failed:
                    if request.changes or not failed.again:
                        raise
                return self._attempt(request)
            except _Failed as failed:
                sentence = f"ABIS at {self._place}: {failed}"
                raise (Unreachable if failed.sent else NotSent)(sentence) from failed

    def refresh(self) -> Health:
        """Ask for the ABIS's status, whatever the breaker says. Never raises."""
        with self._lock, contextlib.suppress(_Failed):
            if self._closed:
                return self.health
            self._guarded(self._probe)
        return self.health

    def start_afresh(self) -> None:
        """Let the next request go over a new connection, on which no late answer can come."""
        with self._lock:
            self._drop()

    def close(self) -> None:
        self._closed = True
        if line := self._line:
            line.abort()
        with self._lock:
            self._drop()

    # --- one attempt -----------------------------------------------------------------------------

    def _await_turn(self) -> None:
        if self._closed:
            raise NotSent(f"ABIS at {self._place}: this connector was closed")
        if seconds := self._breaker.wait(self._clock.monotonic()):
            raise NotSent(f"{self.health.sentence}; next attempt in {seconds:.0f} s")

    def _attempt(self, request: Request) -> Message:
        return self._guarded(lambda: self._exchange(self._ready_line(), request, self.status.answer))

    def _guarded(self, work: Callable[[], T]) -> T:
        """Do one attempt; leave neither a doubtful connection nor an outdated health behind."""
        try:
            answer = work()
        except _Failed as failed:
            self._drop()
            self._breaker.failed(self._clock.monotonic(), unconnected=not failed.sent and not failed.again)
            self.health = Health(failed.state, f"ABIS at {self._place}: {failed}")
            log.warning("%s", self.health.sentence)
            raise
        except BaseException:
            self._drop()
            raise
        self._breaker.succeeded()
        self._used = self._clock.monotonic()
        complaint = self.status.complaint
        self.health = Health(State.DEGRADED, f"ABIS at {self._place}: {complaint}") if complaint else READY
        return answer

    def _probe(self) -> None:
        """A sign of life: the status, or where this ABIS has none, a connection with its login."""
        fresh = not self._usable()
        line = self._ready_line()
        if self._profile.sending.status and not fresh:
            self._ask_status(line)

    def _exchange(self, line: Line, request: Request, seconds: float) -> Message:
        """Send one request and wait for its answer."""
        wire = self._profile.wire
        sequence = self._next_sequence() if wire.error_detection else None
        data = encode(
            request.code, request.fixed, request.fields, encoding=wire.encoding, sequence=sequence, terminator=wire.end
        )
        deadline = self._clock.monotonic() + seconds
        self._trace("to", data)
        try:
            line.send(data, seconds)
        except NothingWritten as error:
            raise _Failed(f"the connection is gone ({error})", sent=False, again=True) from error
        except Closed as error:
            raise _Failed(f"the connection broke while sending ({error})", sent=True, again=True) from error
        return self._answer(line, request, sequence, deadline)

    def _answer(self, line: Line, request: Request, sequence: int | None, deadline: float) -> Message:
        wire = self._profile.wire
        while True:
            try:
                data = line.receive(deadline)
            except Silence as error:
                raise _Failed(f"no answer to message {request.code} in time", sent=True) from error
            except Closed as error:
                raise _Failed(
                    f"closed instead of answering message {request.code} ({error})", sent=True, again=True
                ) from error
            self._trace("from", data)
            message = decode(data, wire.encoding)
            match judge(message, request, sequence, wire):
                case Verdict.ANSWER:
                    return message
                case Verdict.DAMAGED:
                    what = "; ".join(sorted({fault.kind.value for fault in message.faults if fault.kind in BREAKING}))
                    raise _Failed(f"the answer to message {request.code} is damaged ({what})", sent=True, again=True)
                case Verdict.NOT_UNDERSTOOD:
                    cure = "check encoding, checksums and fields of the profile"
                    why = f"message {request.code} was not understood (96): {cure}"
                    raise _Failed(why, sent=not wire.resend_means_not_done, again=True, state=State.CONFIG_ERROR)
                case Verdict.STRANGER:
                    log.debug("passed over a message that does not answer %s", request.code)

    def _next_sequence(self) -> int:
        sequence, self._sequence = self._sequence, (self._sequence + 1) % 10
        return sequence

    # --- the line --------------------------------------------------------------------------------

    def _usable(self) -> bool:
        """Whether the open connection may carry another request."""
        idle = self._clock.monotonic() - self._used
        return self._line is not None and idle <= self._profile.timing.idle and self._line.quiet()

    def _ready_line(self) -> Line:
        if self._closed:
            raise _Failed("this connector was closed", sent=False)
        if self._line is not None and self._usable():
            return self._line
        self._drop()
        timing = self._profile.timing
        try:
            line = self._connect(self._place.host, self._place.port, timing.connect, self._clock)
        except OSError as error:
            raise _Failed(f"cannot connect ({error}); check network, address and firewall", sent=False) from error
        self._line, self._sequence = line, 0
        try:
            self._log_in(line)
            if self._profile.sending.status:
                self._ask_status(line)
        except _Failed as failed:  # whatever happened here, the request itself was not sent
            raise _Failed(str(failed), sent=False, state=failed.state) from failed
        return line

    def _log_in(self, line: Line) -> None:
        if not self._requests.terms.user:
            return
        try:
            answer = self._exchange(line, self._requests.login(), self._profile.timing.login)
        except _Failed as failed:
            hint = "check the terminator in the profile, and whether the ABIS takes one more connection"
            raise _Failed(f"login came to nothing: {failed}; {hint}", sent=False, state=failed.state) from failed
        if answer.flag("ok") is not True:
            why = "login refused: check user and password of this station"
            raise _Failed(why, sent=False, state=State.CONFIG_ERROR)

    def _ask_status(self, line: Line) -> None:
        answer = self._exchange(line, self._requests.status(), self._profile.timing.login)
        self.status = read_status(answer, self._profile, self._zone, self._clock.now())

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _trace(self, way: str, data: bytes) -> None:
        if log.isEnabledFor(logging.DEBUG):
            log.debug("%s ABIS: %s", way, mask(data, self._logged).decode("latin-1"))
