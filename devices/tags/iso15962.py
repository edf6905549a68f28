"""The compaction schemes of ISO/IEC 15962: how the characters of one data element become bytes, and back.

Scheme 0 is left to the application (a bitmap, a byte, an ISIL: see `iso28560_2`). The others:

  1 integer     decimal without leading zero, 2 to 19 digits, as a big-endian number
  2 numeric     decimal digits, two in a byte, filled with F
  3 five bits   A-Z [ \\ ] ^ _       the low five bits in a row, filled with 0
  4 six bits    space to _           the low six bits in a row, filled from 100000
  5 seven bits  ASCII without DEL    in a row, filled with 1
  6 octets      ISO 8859-1
  7 UTF-8

Five, six and seven bits leave room for one more character made of fill bits alone; a decoder drops it.
"""

from enum import IntEnum

from devices.tags.bits import pack, unpack


class Scheme(IntEnum):
    APPLICATION = 0
    INTEGER = 1
    NUMERIC = 2
    FIVE_BITS = 3
    SIX_BITS = 4
    SEVEN_BITS = 5
    OCTETS = 6
    UTF8 = 7


_MAX_INTEGER_BYTES = 8
"""Nineteen digits fit in eight bytes; more than eight is another scheme's data."""


def expand(scheme: Scheme, data: bytes) -> str | None:
    """Return the characters that `data` holds under `scheme`, or None where it holds none. Never raises.

    >>> expand(Scheme.SIX_BITS, bytes.fromhex("441cb6e2e335d6"))
    'QA268.L55'
    """
    match scheme:
        case Scheme.INTEGER:
            return str(int.from_bytes(data, "big")) if 0 < len(data) <= _MAX_INTEGER_BYTES else None
        case Scheme.NUMERIC:
            return _expand_numeric(data)
        case Scheme.FIVE_BITS:
            text = _expand_bits(data, width=5, base=0x40, fill="@")
            return None if "@" in text else text
        case Scheme.SIX_BITS:
            return _expand_bits(data, width=6, base=0x20, fill=" ")
        case Scheme.SEVEN_BITS:
            return _expand_bits(data, width=7, base=0x00, fill="\x7f")
        case Scheme.OCTETS:
            return data.decode("latin-1")
        case Scheme.UTF8:
            return _utf8(data)
        case _:
            return None


def compact(scheme: Scheme, text: str) -> bytes:
    """Return `text` under `scheme`. Raises ValueError for text that the scheme cannot hold and give back."""
    data = _compact(scheme, text)
    if expand(scheme, data) != text:
        raise ValueError(f"{text!r} cannot be held as {scheme.name.lower()}")
    return data


def best(text: str) -> tuple[Scheme, bytes]:
    """Return the densest scheme that holds `text`, with its bytes."""
    for scheme in (Scheme.INTEGER, Scheme.NUMERIC, Scheme.FIVE_BITS, Scheme.SIX_BITS, Scheme.SEVEN_BITS, Scheme.OCTETS):
        try:
            return scheme, compact(scheme, text)
        except ValueError:
            continue
    return Scheme.UTF8, text.encode()


def _compact(scheme: Scheme, text: str) -> bytes:
    digits = text.isascii() and text.isdigit()
    match scheme:
        case Scheme.INTEGER if digits and text[0] != "0" and 2 <= len(text) <= 19:
            number = int(text)
            return number.to_bytes((number.bit_length() + 7) // 8, "big")
        case Scheme.NUMERIC if digits:
            return bytes.fromhex(text + "f" * (len(text) % 2))
        case Scheme.FIVE_BITS if all("A" <= char <= "_" for char in text):
            return pack(((ord(char) & 0x1F, 5) for char in text), pad="0000000")
        case Scheme.SIX_BITS if all(" " <= char <= "_" for char in text):
            return pack(((ord(char) & 0x3F, 6) for char in text), pad="100000")
        case Scheme.SEVEN_BITS if all(char < "\x7f" for char in text):
            return pack(((ord(char), 7) for char in text), pad="1111111")
        case Scheme.OCTETS:
            return text.encode("latin-1")
        case Scheme.UTF8:
            return text.encode()
        case _:
            raise ValueError(f"{text!r} cannot be held as {scheme.name.lower()}")


def _expand_numeric(data: bytes) -> str | None:
    digits = data.hex().removesuffix("f")
    return digits if digits.isascii() and digits.isdigit() else None


def _expand_bits(data: bytes, width: int, base: int, fill: str) -> str:
    """`base` is the first character of the range: 0x40 for five bits (A is 1), 0x20 for six (space is 32)."""
    size = 1 << width
    text = "".join(chr(base + (code - base) % size) for code in unpack(data, width))
    return text.removesuffix(fill)


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
