"""Receipt printer that understands ESC/POS, on a serial line, a USB printer device or the network."""

from devices.drivers.escpos.driver import PARTS, TITLE, Driver
from devices.drivers.escpos.settings import Settings
from devices.drivers.escpos.sim import Fault, SimPrinter
from devices.spec import Spec

SPEC = Spec(
    name="escpos",
    title=TITLE,
    parts=PARTS,
    settings=Settings,
    make=Driver,
    simulator=SimPrinter,
    faults=Fault,
)
