"""SIP2 (3M Standard Interchange Protocol 2.00) to any library system that speaks it, by a profile per system."""

from kiosk.ports.abis import Abis
from sync.abis.sip2.connection import Connection, Place
from sync.abis.sip2.connector import Sip2
from sync.abis.sip2.reading import Reading
from sync.abis.sip2.requests import Requests, Terms
from sync.abis.sip2.settings import Settings
from sync.sip2.masking import SHOWN, TEXTS
from sync.spec import AbisSpec, Surroundings


def connect(settings: Settings, around: Surroundings) -> Abis:
    """Return the connector, not yet connected: the first question connects."""
    terms = Terms(
        user=settings.user,
        password=settings.password.get_secret_value(),
        login_location=settings.login_location,
        institution=settings.institution,
        terminal_password=settings.terminal_password.get_secret_value(),
        location=settings.location,
    )
    requests = Requests(settings.resolved, terms, around.zone)
    reading = Reading(settings.resolved, around.zone, settings.currency, settings.location)
    logged = SHOWN | TEXTS if settings.log_texts else SHOWN
    connection = Connection(Place(settings.host, settings.port), requests, around.clock, logged=logged)
    return Sip2(connection, requests, reading, around.clock)


SPEC = AbisSpec("sip2", Settings, connect, tells_marks=lambda settings: settings.resolved.items.tells_marks)
