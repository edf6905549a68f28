"""Money as the till counts it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (kopecks, cents) of an ISO 4217 currency. `Money(5000, "RUB")` is 50 ₽."""

    minor: int
    currency: str
