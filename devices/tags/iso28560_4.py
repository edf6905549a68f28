"""ISO 28560-4 (UHF): the unique item identifier in an EPC bank, three characters of forty in two bytes.

Source: ISO/TS 28560-4 example (protocol control 45C2, AFI C2 in its low byte, then the identifier).
"""

_ALPHABET = "\x00ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"
"""Position is value: 0 fills, 27 to 29 are `-`, `.`, `:`, digits from 30 on."""
_PLAIN_LIMIT = 40**3
"""Three characters make 1 to 64000; a larger pair switches to other codes, which library tags do not use."""


def decode_uii(data: bytes) -> str | None:
    """Return the identifier, or None where `data` is no row of triples. Never raises.

    >>> decode_uii(bytes.fromhex("141cc04fc70b"))
    'CH-000134'
    """
    if not data or len(data) % 2:
        return None
    text = ""
    for at in range(0, len(data), 2):
        pair = int.from_bytes(data[at : at + 2], "big") - 1
        if not 0 <= pair < _PLAIN_LIMIT:
            return None
        text += _ALPHABET[pair // 1600] + _ALPHABET[pair // 40 % 40] + _ALPHABET[pair % 40]
    text = text.rstrip("\x00")
    return text if text and "\x00" not in text else None
