"""`kiosk staff …`: whose card opens the staff screen of this station, and which cards are for tests."""

import argparse
from pathlib import Path


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", station: str) -> None:
    """Describe the verb; `station` is the help of the option that names one."""
    staff = verbs.add_parser("staff", help="cards that open the staff screen of the kiosk, and test cards")
    deeds = "add: a card and a PIN (asked for), or new ones; add-test: a card whose visits never count (asked for)"
    staff.add_argument("deed", choices=["add", "remove", "add-test", "remove-test", "list"], help=deeds)
    staff.add_argument("name", nargs="?", help="of the person, as the journal will have it; such as a staff number")
    staff.add_argument("--station", help=station)
    staff.add_argument("--state", type=Path, help="folder of the journal (default: as station.toml or systemd say)")


def run(options: argparse.Namespace) -> int:
    """Do it; the running station knows at once. Return 0, or 1 where it was refused, in words."""
    from kiosk.app.staff_commands import change

    return change(options.station, options.state, options.deed, options.name)
