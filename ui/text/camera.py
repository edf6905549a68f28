"""A receipt for a phone's camera: its words as a QR code, which needs no network at either end."""

from datetime import datetime

import qrcode

from kiosk.domain.receipt_text import plain
from kiosk.domain.receipts import Receipt, Template

LONGEST = (240, 60, 30)
"""Characters of a title, tried one after the other: a code with many books has short titles."""
MOST = 1_200
"""Bytes: a code of 117 by 117 modules, which a phone still reads from a small screen."""
_MASK = 2
"""One of eight, all of them valid. Looking for the best takes eight times as long, and a screen is clean paper."""
Modules = tuple[tuple[bool, ...], ...]


def code(receipt: Receipt, template: Template, at: datetime) -> Modules:
    """Return the rows of a code, white border included, dark is True; nothing where the list is too long for one."""
    for longest in LONGEST:
        text = plain(receipt, template, at, longest)
        if len(text.encode("utf-8", "replace")) <= MOST:
            made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=4, mask_pattern=_MASK)
            made.add_data(text.encode("utf-8", "replace"))
            made.make(fit=True)
            return tuple(tuple(bool(module) for module in row) for row in made.get_matrix())
    return ()
