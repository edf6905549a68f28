"""A receipt as this printer would print it, without one: its bytes go to the simulator, whose paper is looked at."""

from collections.abc import Sequence
from datetime import datetime

from devices.drivers.escpos.paper import Model, Paper
from devices.drivers.escpos.printing import on_paper
from devices.drivers.escpos.sim import Printed, SimPrinter
from kiosk.domain.receipts import Receipt, Template


def preview(
    receipt: Receipt, template: Template, at: datetime, model: Model | None = None, phone: str = ""
) -> tuple[Sequence[Printed], int]:
    """Return the lines on paper and its columns. Raises `UnknownModel`."""
    model = model or Model()
    paper = Paper(model)
    sim = SimPrinter(pages={paper.slot: model.code_page.lower()})
    for piece in on_paper(receipt, template, at, paper, phone):
        sim.feed(piece)
    return (sim.cut or [sim.sheet])[0], paper.columns
