"""What a library sets for its built-in store, in `station.toml`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kiosk.domain.items import Destination


class Bins(BaseModel):
    """Sorting bins by where a returned copy goes, as their numbers are written on them; empty: no such bin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shelf: str = ""
    hold_shelf: str = ""
    other_branch: str = ""
    sorting: str = ""

    def of(self, destination: Destination) -> str:
        match destination:
            case Destination.SHELF:
                return self.shelf
            case Destination.HOLD_SHELF:
                return self.hold_shelf
            case Destination.OTHER_BRANCH:
                return self.other_branch
            case Destination.SORTING:
                return self.sorting


class Settings(BaseModel):
    """Days are calendar days. What differs by reader or item lies in the store's tables, not here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path = Path("circulation.db")
    """The database; a relative path lies in the station's state folder."""
    currency: str = Field(default="RUB", pattern="[A-Z]{3}")
    law_age: int = Field(default=18, ge=0, le=21)
    """Marks from this age on are law, 18+ always is: never to a younger reader, nor to one of unknown age."""
    overdue_grace_days: int = Field(default=7, ge=0, le=365)
    """Days after the due date on which a loan can still be renewed."""
    hold_days: int = Field(default=5, ge=1, le=60)
    """How long a copy waits on the hold shelf."""
    pin_attempts: int = Field(default=5, ge=1, le=100)
    pin_lock_minutes: int = Field(default=15, ge=1, le=1440)
    bins: Bins = Field(default_factory=Bins)
