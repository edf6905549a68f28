"""The command `kiosk`. Each verb loads what it needs and nothing else: a door never imports a screen."""

import argparse
import gc
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.app import client, library, staff

STATIONS = Path("/etc/kiosk")
"""One folder a station: the unit `kiosk@desk-1` reads desk-1/station.toml."""
STATION = "station.toml, or the name of a station under /etc/kiosk (default: the only one there)"
LIES = ("journal", "abis", "tag", "bystander")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code: 0 done, 1 something is wrong and was said, 2 wrong words."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO, format="%(levelname).1s %(threadName)s: %(message)s"
    )
    if not options.verbose:  # a level would not last: Kivy sets its own where it reads its configuration
        logging.getLogger("kivy").addFilter(lambda record: record.levelno >= logging.WARNING)
    if options.verb in client.VERBS:
        return client.run(options)
    if "station" in options and not _find_station(options):
        return 1
    return _VERBS[options.verb](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="The Open Library Kiosk: a station of an open library.")
    parser.add_argument("-v", "--verbose", action="store_true", help="log everything")
    verbs = parser.add_subparsers(dest="verb", required=True)

    run = verbs.add_parser("run", help="start the station")
    run.add_argument("station", nargs="?", help=STATION)
    run.add_argument("--state", type=Path, help="folder of the journal (default: as station.toml or systemd say)")
    run.add_argument("--runtime", type=Path, help="folder of the control socket (default: as above)")

    demo = verbs.add_parser("demo", help="a library, its devices and a kiosk, all on this machine")
    demo.add_argument("--scripted", action="store_true", help="let a reader do it, then compare journal, ABIS and tags")
    demo.add_argument("--folder", type=Path, help="where the demo keeps its files (default: a new one under /tmp)")
    demo.add_argument("--lie", choices=LIES, help="make one of them lie before comparing")
    demo.add_argument("--size", default="1920x1080", help="size of the screen, 1080x1920 for portrait")
    demo.add_argument("--port", type=int, default=0, help="where the virtual desk stands (default: 8600 or the next)")
    demo.add_argument("--barcodes", action="store_true", help="a desk that reads barcodes only, with magnetic strips")
    demo.add_argument("--no-desk", action="store_true", help="without the virtual desk")

    doctor = verbs.add_parser("doctor", help="say what is wrong with this station, and the cure")
    doctor.add_argument("station", nargs="?", help=STATION)
    doctor.add_argument("--state", type=Path, help="folder of the journal (default: as station.toml or systemd say)")
    doctor.add_argument("--socket", type=Path, help="ask the running station at this control socket")

    check = verbs.add_parser("check-config", help="read station.toml and the policy, and say what is wrong where")
    check.add_argument("station", nargs="?", help=STATION)

    library.add_verb(verbs, STATION)
    staff.add_verb(verbs, STATION)
    receipt = verbs.add_parser("receipt", help="show the receipt that the policy makes, with made-up books")
    receipt.add_argument("station", nargs="?", help=STATION)
    receipt.add_argument("--language", help="of the reader, such as en (default: the library's first)")
    drawn = "draw it as well, into this PNG file (default: receipt.png)"
    receipt.add_argument("--preview", nargs="?", type=Path, const=Path("receipt.png"), metavar="FILE", help=drawn)

    client.add_verbs(verbs)
    return parser


def _find_station(options: argparse.Namespace) -> bool:
    """Put the file that was meant in place of what was said, or say why there is none."""
    from config import ConfigFault
    from kiosk.app.configured import station_file

    try:
        options.station = station_file(options.station, STATIONS)
    except ConfigFault as fault:
        if options.verb == "doctor" and options.socket:  # the station behind the socket knows its file
            options.station = STATIONS / "station.toml"
            return True
        print(fault, file=sys.stderr)  # noqa: T201 - the person who asked must see it
        return False
    return True


def _run(options: argparse.Namespace) -> int:
    gc.disable()  # nothing of what is being loaded is garbage; the screen turns it on again when it stands
    from kiosk.app.run import run

    return run(options.station, options.state, options.runtime)


def _demo(options: argparse.Namespace) -> int:
    from kiosk.app.demo.command import demo

    port = None if options.no_desk else options.port
    has_pad = not options.barcodes
    return demo(options.folder, options.size, scripted=options.scripted, lie=options.lie, port=port, has_pad=has_pad)


def _doctor(options: argparse.Namespace) -> int:
    from kiosk.app.doctor import doctor

    return doctor(options.station, options.state, options.socket)


def _check_config(options: argparse.Namespace) -> int:
    from kiosk.app.check_config import check_config

    return check_config(options.station)


def _receipt(options: argparse.Namespace) -> int:
    from kiosk.app.receipt_preview import receipt

    return receipt(options.station, options.language, options.preview)


_VERBS = {
    "receipt": _receipt,
    "run": _run,
    "demo": _demo,
    "doctor": _doctor,
    "check-config": _check_config,
    "library": library.run,
    "staff": staff.run,
}
