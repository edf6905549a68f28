"""Whether a received message answers the request that waits. Pure."""

from enum import Enum, auto

from sync.abis.sip2.profile import Wire
from sync.abis.sip2.requests import Request
from sync.sip2.codec import Message
from sync.sip2.faults import BREAKING, FaultKind
from sync.sip2.messages import Code


class Verdict(Enum):
    """What a received message is to the request that waits."""

    ANSWER = auto()
    STRANGER = auto()
    DAMAGED = auto()
    NOT_UNDERSTOOD = auto()


def judge(message: Message, request: Request, sequence: int | None, wire: Wire) -> Verdict:
    """Tell whether a received message answers the request that waits. Pure."""
    if message.code == Code.REQUEST_SC_RESEND:
        return Verdict.NOT_UNDERSTOOD
    if message.has(FaultKind.TOO_LONG):
        return Verdict.DAMAGED
    if message.code != request.answer:
        return Verdict.STRANGER
    if any(
        fault.kind in BREAKING and (wire.verify_checksum or fault.kind is not FaultKind.BAD_CHECKSUM)
        for fault in message.faults
    ):
        return Verdict.DAMAGED
    if wire.match_sequence and sequence is not None and message.sequence not in (sequence, None):
        return Verdict.STRANGER
    item = message.get("AB")
    if wire.match_item and request.item and item and item != request.item:
        return Verdict.STRANGER
    return Verdict.ANSWER
