"""Barcode scanner on a serial line or a USB serial port."""

from devices.drivers.barcode_serial.driver import PARTS, TITLE, Driver
from devices.drivers.barcode_serial.settings import Settings
from devices.drivers.barcode_serial.sim import Fault, SimScanner
from devices.spec import Spec

SPEC = Spec(
    name="barcode_serial",
    title=TITLE,
    parts=PARTS,
    settings=Settings,
    make=Driver,
    simulator=SimScanner,
    faults=Fault,
)
