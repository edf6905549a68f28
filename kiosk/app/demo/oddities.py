"""Tags that come to a pad and are no book of this library's."""

import threading

from devices.drivers.feig.field import Field, VirtualTag, tag_of_2
from ui.simdesk.port import Oddity

ELSEWHERE = "DE-00000001"
"""Owner of a foreign book; invented."""
BLOCKS = 28 * 4
BY = 0.12
"""Seconds a book that is carried past spends over the pad: one look of the reader's, seldom two."""


class Oddities:
    """Lays them on a field and knows them again."""

    def __init__(self, field: Field) -> None:
        self._field = field
        self._kinds: dict[bytes, Oddity] = {}
        self._lock = threading.Lock()

    def lay(self, kind: Oddity) -> None:
        with self._lock:
            uid = b"\xe0\x04\x01\xff" + len(self._kinds).to_bytes(4, "big")
            self._kinds[uid] = kind
        self._field.lay(_tag(uid, kind))
        if kind is Oddity.PASSING:
            threading.Timer(BY, self._field.lift, (uid,)).start()

    def kind(self, uid: bytes) -> Oddity | None:
        return self._kinds.get(uid)


def _tag(uid: bytes, kind: Oddity) -> VirtualTag:
    match kind:
        case Oddity.BLANK:
            return VirtualTag(uid, bytearray(BLOCKS), afi=0, dsfid=0)
        case Oddity.BROKEN:
            tag = tag_of_2(uid, "30234000599999", ELSEWHERE)
            tag.memory[1:] = bytes(0xA5 ^ (7 * at & 0xFF) for at in range(1, len(tag.memory)))
            return tag
        case _:
            return tag_of_2(uid, "30000900000017", ELSEWHERE)
