"""Codes of a few bits each, packed into bytes from the most significant bit on."""

from collections.abc import Iterable, Iterator


def pack(codes: Iterable[tuple[int, int]], pad: str) -> bytes:
    """Return the codes `(value, width)` in a row; the last byte is filled from `pad`, a string of 0 and 1."""
    row = "".join(format(value, f"0{width}b") for value, width in codes)
    row += pad[: -len(row) % 8]
    return int(row, 2).to_bytes(len(row) // 8, "big") if row else b""


def unpack(data: bytes, width: int) -> Iterator[int]:
    """Yield the codes of `width` bits; bits left over at the end are dropped."""
    row = int.from_bytes(data, "big")
    size = len(data) * 8
    for end in range(width, size + 1, width):
        yield row >> (size - end) & ((1 << width) - 1)
