"""Checksums of tag data models and of the air interface."""


def _table_left(poly: int) -> tuple[int, ...]:
    table = []
    for byte in range(256):
        register = byte << 8
        for _ in range(8):
            register = (register << 1 ^ (poly if register & 0x8000 else 0)) & 0xFFFF
        table.append(register)
    return tuple(table)


def _table_right(poly: int) -> tuple[int, ...]:
    table = []
    for byte in range(256):
        register = byte
        for _ in range(8):
            register = register >> 1 ^ (poly if register & 1 else 0)
        table.append(register)
    return tuple(table)


_LEFT = _table_left(0x1021)
_RIGHT = _table_right(0x8408)


def crc_tag(data: bytes) -> int:
    """Return the CRC of ISO 28560-3 (polynomial 0x1021, preset 0xFFFF, not reflected, no final xor)."""
    register = 0xFFFF
    for byte in data:
        register = (register << 8 ^ _LEFT[register >> 8 ^ byte]) & 0xFFFF
    return register


def crc_host(data: bytes) -> int:
    """Return the CRC of the FEIG host protocol (0x1021 reflected, preset 0xFFFF, no final xor; sent low byte first)."""
    register = 0xFFFF
    for byte in data:
        register = register >> 8 ^ _RIGHT[(register ^ byte) & 0xFF]
    return register


def crc_air(data: bytes) -> int:
    """Return the CRC of ISO 15693-3 frames: `crc_host` complemented, sent low byte first."""
    return crc_host(data) ^ 0xFFFF
