"""What a driver's folder offers: one SPEC, by which app, doctor and tests know it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Generic, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from devices.transport.simline import Sent, SimDevice
from devices.transport.wires import checked
from kiosk.domain.health import Part
from kiosk.ports.devices import Driver

Wire = Annotated[str, AfterValidator(checked)]


class WireSettings(BaseModel):
    """What every driver with a wire is told. A driver's own settings come on top."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wire: Wire = Field(description="device file such as /dev/serial/by-id/…, or tcp://host:port")


S = TypeVar("S", bound=WireSettings)


class Simulator(SimDevice, Protocol):
    """A simulator as tests and demo use it."""

    @property
    def faults(self) -> set[Any]:
        """Members of the SPEC's `faults` that are switched on now."""
        ...

    def act(self, now: float) -> Sequence[Sent]:
        """Do what a person does with such a device (lay a tag down, pull the trigger, load paper); return what the
        device then sends by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Spec(Generic[S]):
    """`name` as in `station.toml`, `title` for staff. `make` must not raise nor touch the wire; `faults` are the
    simulator's own, beside those of every line."""

    name: str
    title: str
    parts: tuple[Part, ...]
    settings: type[S]
    make: Callable[[S], Driver]
    simulator: Callable[[], Simulator]
    faults: type[Enum]
