"""Check of what is known of age marks, where the law keeps marked items from minors."""

from collections.abc import Iterator

from config import Policy, Station
from kiosk.app.doctor.finding import Finding, found
from kiosk.app.plugins import Plugins


def marks(station: Station, policy: Policy | None, plugins: Plugins) -> Iterator[Finding]:
    """Where the library system tells no marks, it alone keeps 18+ from minors, and nobody does while it is away."""
    if policy is None or not policy.rules.age_law:
        return
    library = station.library
    if not plugins.abis[library.kind].tells_marks(library.settings):
        yield found("no-age-marks", source=getattr(library.settings, "profile", library.kind))
