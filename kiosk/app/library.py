"""`kiosk library …`: what a person does to the built-in library at the command line."""

import argparse
from pathlib import Path


def add_verb(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", station: str) -> None:
    """Describe the verb; `station` is the help of the option that names one."""
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--station", help=station)
    where.add_argument("--state", type=Path, help="folder of the store (default: as station.toml or systemd say)")
    library = verbs.add_parser("library", help="the built-in library: lists, backups, who of the staff opens its pages")
    ways = library.add_subparsers(dest="way", required=True)
    taking = ways.add_parser("import", parents=[where], help="take a list (CSV, .xlsx), or every one of a folder")
    taking.add_argument("place", type=Path, metavar="FOLDER|FILE", help="such as patrons.csv; see docs/local-store.md")
    taking.add_argument("--preview", action="store_true", help="say what it would add, change and refuse; take nothing")
    giving = ways.add_parser("export", parents=[where], help="write the store into a folder, one CSV file per table")
    giving.add_argument("place", type=Path, metavar="FOLDER", help="the folder; nothing in it is overwritten")
    keeping = ways.add_parser("backup", parents=[where], help="a proved copy of the store, while it is used or not")
    keeping.add_argument("place", type=Path, nargs="?", metavar="FOLDER", help="copy it there too: a USB stick")
    keeping.add_argument("--socket", type=Path, help="control socket of the running station")
    restoring = ways.add_parser("restore", parents=[where], help="put a backup in the place of the store")
    restoring.add_argument("place", type=Path, metavar="FILE", help="library-….db")
    restoring.add_argument("--older", action="store_true", help="even if the library went on since: that is lost")
    staff = ways.add_parser("staff", parents=[where], help="who opens the staff's pages in the browser")
    staff.add_argument("deed", choices=["add", "remove", "list"], help="add: also another password for who is there")
    staff.add_argument("name", nargs="?")


def run(options: argparse.Namespace) -> int:
    """Do it; return 0, or 1 where it was refused, in words."""
    match options.way:
        case "backup" | "restore":
            from kiosk.app import library_backup

            if options.way == "backup":
                return library_backup.backup(options.station, options.state, options.place, options.socket)
            return library_backup.restore(options.station, options.state, options.place, older=options.older)
        case "staff":
            from kiosk.app import library_staff

            return library_staff.change(options.station, options.state, options.deed, options.name)
        case _:
            from kiosk.app import exchange

            if options.way == "export":
                return exchange.export_from(options.station, options.state, options.place)
            taking = exchange.preview_of if options.preview else exchange.import_into
            return taking(options.station, options.state, options.place)
