"""Checks of what a desk offers to others (the built-in library, the staff's pages) and of the post it sends."""

import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config import Station
from config.library import Place, Serving
from kiosk.app.doctor.finding import Finding, found
from kiosk.app.doctor.probes import Probes
from sync.mail.settings import Settings as Mail
from sync.mail.spool import Spool, SpoolFault

OLD = timedelta(days=7)
"""A backup: what was done since would be lost with the disk."""
LATE = timedelta(hours=1)
"""A letter: one that can go goes within seconds."""
KEYS = {"store": "[library] serve", "pages": "[library.pages]"}


def ports(serving: Serving | None) -> Iterator[Finding]:
    """Whether what is offered could be offered: asked while the station itself does not."""
    if serving is None:
        return
    for name, place in (("store", serving.store), ("pages", serving.pages.place if serving.pages else None)):
        if place is not None and (reason := _taken(place)):
            yield found("library-not-offered", key=KEYS[name], address=f"{place.host}:{place.port}", reason=reason)


def _taken(place: Place) -> str:
    """Say why the port cannot be had, or nothing."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        socket.create_server((place.host, place.port), family=family).close()
    except OSError as fault:
        return fault.strerror or str(fault)
    return ""


def copies(station: Station, state: Path, probes: Probes) -> Iterator[Finding]:
    """How old the newest backup is, of a store that others lean on."""
    kept = getattr(station.library.settings, "file", None)
    if station.serving is None or not isinstance(kept, Path) or not (state / kept).exists():
        return
    from sync.abis.local import backups  # here: a station on SIP2 loads no SQLAlchemy

    folder = (state / kept).parent / backups.FOLDER
    made = next((each.made for each in backups.listed(folder, station.zone)), None)
    if made is None:
        yield found("backup-missing", path=state / kept)
    elif probes.now() - made > OLD:
        yield found("backup-old", made=f"{made:%Y-%m-%d}", folder=folder)


def letters(mail: object, state: Path, probes: Probes) -> Iterator[Finding]:
    """What waits to be sent for longer than it should."""
    folder = state / "mail"
    if not isinstance(mail, Mail) or not folder.is_dir():
        return
    try:
        waiting = Spool(folder).waiting()
    except SpoolFault as fault:
        yield found("mail-trouble", sentence=str(fault).rstrip("."))
        return
    if waiting and probes.now() - datetime.fromtimestamp(waiting[0].made, UTC) > LATE:
        yield found("mail-waiting", n=len(waiting))


def post(mail: object, probes: Probes) -> Iterator[Finding]:
    """Whether the network leads to the mail server."""
    if not isinstance(mail, Mail) or mail.pickup:
        return
    host, port = mail.at
    try:
        probes.resolve(host)
        probes.connect(host, port, probes.reach)
    except (OSError, UnicodeError) as fault:
        reason = getattr(fault, "strerror", None) or type(fault).__name__
        yield found("mail-trouble", sentence=f"the mail server {host}:{port} is not reached ({reason})")


def of_status(library: object) -> Iterator[Finding]:
    """Tell what a running station says of what it offers."""
    told = library if isinstance(library, Mapping) else {}
    for name, key in KEYS.items():
        offer = told.get(name)
        if isinstance(offer, Mapping) and offer.get("trouble") and not offer.get("stands"):
            yield found("library-not-offered", key=key, address=offer.get("address"), reason=offer["trouble"])
