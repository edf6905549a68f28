"""From a receipt and the library's template to the bytes of one printer."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from devices.drivers.escpos.layout import Desk, lay_out
from devices.drivers.escpos.letters import fit
from devices.drivers.escpos.paper import Paper
from devices.drivers.escpos.raster import Bitmap, NoPicture, logo, qr
from kiosk.domain.receipt_text import filled
from kiosk.domain.receipts import Receipt, Template

log = logging.getLogger(__name__)


def on_paper(receipt: Receipt, template: Template, at: datetime, paper: Paper, phone: str = "") -> tuple[bytes, ...]:
    """Return a receipt in pieces. `phone`: the station's own number for renewals, before that of the template.

    A picture that cannot be drawn is left out: no reader goes without a receipt for it.
    """
    template = replace(template, phone=phone) if phone else template
    desk = Desk(template, at, paper.columns, lambda text: fit(text, paper.can_print))
    above = _drawn("logo", lambda: logo(template.logo, paper.dots)) if template.logo else None
    text = filled(template.qr, template, at)
    below = _drawn("QR code", lambda: qr(text, paper.dots)) if text else None
    return paper.fragments(lay_out(receipt, desk), above, below)


def _drawn(what: str, draw: Callable[[], Bitmap]) -> Bitmap | None:
    try:
        return draw()
    except NoPicture as fault:
        log.warning("the receipt goes without its %s: it %s", what, fault)
        return None
