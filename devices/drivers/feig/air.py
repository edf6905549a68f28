"""How long things take on the air of ISO 15693-2/-3, in seconds. Nothing here waits.

Host to tag 1-of-4 coding, tag to host high data rate, one subcarrier. Checked against a sniffed answer of 12 bytes
(53 248 carrier periods; computed 53 251) and against the table of limits that the driver's bench is measured by.
"""

from collections import deque
from collections.abc import Sequence

_REQUEST_BYTE = 302.08e-6
_REQUEST_SOF = 75.5e-6
_EOF = 37.8e-6
_REPLY_BYTE = 8 * 37.76e-6
_REPLY_ENDS = 2 * 151e-6
_T1 = 320.9e-6
"""From a request's end to the tag's answer."""
_T2 = 309.2e-6
"""From an answer's end to the next request."""
_T3 = 474e-6
"""After this long without an answer a slot is empty."""

_CRC = 2
_FLAGS_COMMAND = 2
_UID = 8
_INVENTORY_REPLY = 12
"""Flags, DSFID, UID, CRC."""
_SLOTS = 16
_MASK_LIMIT = 60
"""A mask of 60 bits and a slot of 4 name the whole UID: tags that still answer together will never be told apart."""

RF_RESET = 15e-3
LEAST_HOST_COMMAND = 5e-3
"""A reader's own time for a host command (H60301 annex B)."""


def exchange(request: int, reply: int) -> float:
    """Return the time for a request and an answer of so many bytes, CRC included, until the next request may start."""
    return _request(request) + _answer(reply)


def read(blocks: int, block_size: int) -> float:
    return exchange(_FLAGS_COMMAND + _UID + 2 + _CRC, 1 + blocks * block_size + _CRC)


def write(payload: int, programming: float) -> float:
    """Write `payload` bytes of parameters: 1 for an AFI, 1 + block size for a block."""
    return exchange(_FLAGS_COMMAND + _UID + payload + _CRC, 1 + _CRC) + programming


def system_information() -> float:
    return exchange(_FLAGS_COMMAND + _UID + _CRC, 17)


def unanswered(payload: int) -> float:
    """An addressed request with `payload` bytes of parameters that no tag answers."""
    return _request(_FLAGS_COMMAND + _UID + payload + _CRC) + _T1 + _T3


def single_slot_inventory() -> float:
    """An inventory without slots that one tag answers."""
    return exchange(5, _INVENTORY_REPLY)


def anticollision(uids: Sequence[bytes]) -> tuple[list[bytes], float]:
    """Find every tag by 16 slots and growing masks; return the UIDs in the order found, and the time it took.

    Tags with equal UIDs answer as one.
    """
    todo: deque[tuple[int, int]] = deque([(0, 0)])
    tags = {int.from_bytes(uid, "big"): uid for uid in uids}
    found: list[bytes] = []
    seconds = 0.0
    while todo:
        bits, mask = todo.popleft()
        seconds += _request(5 + (bits + 7) // 8) + (_SLOTS - 1) * _EOF
        slots: dict[int, list[int]] = {}
        for number in tags:
            if number & ((1 << bits) - 1) == mask:
                slots.setdefault(number >> bits & (_SLOTS - 1), []).append(number)
        seconds += (_SLOTS - len(slots)) * _T3 + len(slots) * _answer(_INVENTORY_REPLY)
        for slot in sorted(slots):
            if len(slots[slot]) == 1:
                found.append(tags[slots[slot][0]])
            elif bits < _MASK_LIMIT:
                todo.append((bits + 4, mask | slot << bits))
    return found, seconds


def _request(size: int) -> float:
    return _REQUEST_SOF + size * _REQUEST_BYTE + _EOF


def _answer(size: int) -> float:
    return _T1 + _REPLY_ENDS + size * _REPLY_BYTE + _T2
