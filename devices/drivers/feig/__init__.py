"""FEIG pad readers (OBID i-scan and classic-pro) in ISO host mode, over a serial line or TCP."""

from devices.drivers.feig.driver import PARTS, TITLE, Driver
from devices.drivers.feig.field import Field
from devices.drivers.feig.settings import Settings
from devices.drivers.feig.sim import Fault, SimReader
from devices.spec import Spec

SPEC = Spec(
    name="feig",
    title=TITLE,
    parts=PARTS,
    settings=Settings,
    make=Driver,
    simulator=lambda: SimReader(Field()),
    faults=Fault,
)
