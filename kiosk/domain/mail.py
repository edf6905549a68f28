"""Addresses of readers. Personal data: never in a log, never on a screen unmasked, forgotten once written to."""

import re
from dataclasses import dataclass, field

MAX_ADDRESS = 254
"""Characters of an address (RFC 5321, path); a name before the sign has at most 64."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


@dataclass(frozen=True, slots=True)
class Address:
    """An address that was checked. It never shows itself: not in a log, a trace or a crash report."""

    value: str = field(repr=False)

    __str__ = object.__repr__

    @property
    def masked(self) -> str:
        """Return what may be shown of it, to the reader alone.

        >>> Address("anna@mail.ru").masked
        'a•••@mail.ru'
        """
        name, _, domain = self.value.rpartition("@")
        return f"{name[0]}•••@{domain}"


def address(text: str) -> Address | None:
    """Return the address that a text is, in the letters that every server takes; None for anything else.

    >>> address("anna@почта.рф").value
    'anna@xn--80a1acny.xn--p1ai'
    """
    name, _, domain = text.strip().rpartition("@")
    labels = domain.split(".")
    if len(text) > MAX_ADDRESS or len(name) > 64 or not _LOCAL.fullmatch(name) or len(labels) < 2:
        return None
    if not all(_LABEL.fullmatch(label) for label in labels):
        return None
    try:
        return Address(f"{name}@{domain.encode('idna').decode('ascii').lower()}")
    except UnicodeError:
        return None
