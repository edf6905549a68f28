"""The simulated radio field of a pad: tags that lie in it, with memories that change."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from devices.tags import iso28560_2, iso28560_3
from devices.tags.content import Usage

SECURED = 0x07
LOANED = 0xC2
_DSFID_2, _DSFID_3 = 0x06, 0x3E


@dataclass(slots=True)
class VirtualTag:
    """A tag of ISO 15693. `uid`: 8 bytes, E0 first. `programming`: seconds its memory takes to keep a write."""

    uid: bytes
    memory: bytearray
    afi: int = SECURED
    dsfid: int = _DSFID_2
    eas: bool = True
    block_size: int = 4
    locked_blocks: set[int] = field(default_factory=set)
    afi_locked: bool = False
    programming: float = 0.004

    @property
    def blocks(self) -> int:
        return len(self.memory) // self.block_size

    def block(self, number: int) -> bytes:
        return bytes(self.memory[number * self.block_size :][: self.block_size])

    def write(self, number: int, data: bytes) -> None:
        self.memory[number * self.block_size : (number + 1) * self.block_size] = data


def tag_of_2(
    uid: bytes, item: str, owner: str = "", usage: Usage = Usage.CIRCULATION, part: str = "", blocks: int = 28
) -> VirtualTag:
    """Return a tag written by ISO 28560-2; `part` is set information such as `0201` (part 1 of 2)."""
    texts = {iso28560_2.Oid.ITEM: item, iso28560_2.Oid.OWNER: owner, iso28560_2.Oid.SET: part}
    values: dict[int, str] = {oid: text for oid, text in texts.items() if text}
    values[iso28560_2.Oid.USAGE] = f"{usage.value:X}0"
    return VirtualTag(uid, _filled(iso28560_2.encode(values), blocks))


def tag_of_3(uid: bytes, item: str, owner: str = "", usage: Usage = Usage.CIRCULATION, blocks: int = 28) -> VirtualTag:
    """Return a tag written by ISO 28560-3."""
    country, _, library = owner.partition("-")
    basic = iso28560_3.Basic(item, country, library, usage=usage.value)
    return VirtualTag(uid, _filled(iso28560_3.encode(basic, min(blocks * 4, iso28560_3.BASIC)), blocks), dsfid=_DSFID_3)


def _filled(data: bytes, blocks: int) -> bytearray:
    if len(data) > blocks * 4:
        raise ValueError(f"{len(data)} bytes do not fit on a tag of {blocks} blocks")
    return bytearray(data.ljust(blocks * 4, b"\x00"))


class Field:
    """What lies on the pad. May be used from any thread: hands lay down and lift while the reader reads."""

    def __init__(self, tags: Iterable[VirtualTag] = ()) -> None:
        self._lock = threading.Lock()
        self._tags = {tag.uid: tag for tag in tags}

    def lay(self, *tags: VirtualTag) -> None:
        with self._lock:
            self._tags.update((tag.uid, tag) for tag in tags)

    def lift(self, *uids: bytes) -> None:
        with self._lock:
            for uid in uids:
                self._tags.pop(uid, None)

    def clear(self) -> None:
        with self._lock:
            self._tags.clear()

    def tags(self) -> tuple[VirtualTag, ...]:
        with self._lock:
            return tuple(self._tags.values())

    def get(self, uid: bytes) -> VirtualTag | None:
        with self._lock:
            return self._tags.get(uid)
