"""`kiosk status`, `outbox`, `attention`, `verify`, `forget`, `clock`: what a person asks of the running station.

No card stands in a command that other users of this machine can see, unless the person wrote it there.
"""

import argparse
import getpass
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from kiosk.app.control import ask

RUNTIME = Path("/run")
"""Where systemd makes the folder of each station's socket: kiosk-NAME."""
Told = tuple[list[str], int]
"""Lines to print, and the exit code."""


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the verbs of this file to the command."""
    where = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    where.add_argument("--station", metavar="NAME", help="which one, where several run on this machine")
    where.add_argument("--socket", type=Path, help="its control socket (default: /run/kiosk-NAME/control.sock)")
    verbs.add_parser("status", parents=[where], help="how the running station is")
    verbs.add_parser("verify", parents=[where], help="check every row of the running station's journal")
    forget = verbs.add_parser("forget", parents=[where], help="remove a reader's card from the running station")
    forget.add_argument("card", nargs="?", help="the number; left out or -, it is read from standard input")
    outbox = verbs.add_parser("outbox", parents=[where], help="what the library system has not yet confirmed")
    deeds = outbox.add_subparsers(dest="deed")
    retry = deeds.add_parser("retry", parents=[where], help="let a row that waits for a person go again")
    retry.add_argument("id", type=int)
    dismiss = deeds.add_parser("dismiss", parents=[where], help="settled by a person: tell nobody")
    clock = verbs.add_parser("clock", parents=[where], help="what the running station thinks of the machine's clock")
    clock.add_argument("deed", nargs="?", choices=["believe"], help="believe: a person has looked, and it is right")
    attention = verbs.add_parser("attention", parents=[where], help="the books that a person should look at")
    done = attention.add_subparsers(dest="deed").add_parser("dismiss", parents=[where], help="it was looked at")
    for deed in (dismiss, done):
        deed.add_argument("id", type=int)
        deed.add_argument("--reason", required=True, help="what was done instead; name no reader")


def run(options: argparse.Namespace) -> int:
    """Ask, print what was answered, return the exit code: 1 where something is wrong or was not done."""
    try:
        socket = options.socket if "socket" in options else socket_of(getattr(options, "station", None))
        lines, code = _ASKED[options.verb](socket, options)
    except (OSError, ValueError) as fault:  # nobody there, or it refused
        print(fault, file=sys.stderr)  # noqa: T201 - the person who asked must see it
        return 1
    print("\n".join(map(_plain, lines)))  # noqa: T201
    return code


def _plain(line: str) -> str:
    """What others wrote may hold words for the terminal: none reach it."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def socket_of(name: str | None, runtime: Path = RUNTIME) -> Path:
    """Return the socket of a station, or of the only one there is. Raises `ValueError` in words."""
    if name is not None:
        return runtime / f"kiosk-{name}" / "control.sock"
    found = sorted(runtime.glob("kiosk-*/control.sock"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValueError("no station runs here as a service; of one started by hand, say --socket")
    names = ", ".join(each.parent.name.removeprefix("kiosk-") for each in found)
    raise ValueError(f"several stations run here; say --station and one of {names}")


def _status(socket: Path, _: argparse.Namespace) -> Told:
    said = _table(ask(socket, "status"))
    health = _table(said.get("health"))
    lines = [f"station {said.get('station')}: {'somebody is there' if said.get('busy') else 'nobody is there'}"]
    lines += [f"  {part}: {sentence}" for part, sentence in health.items()]
    means = said.get("degraded")
    lines += [f"! {sentence}" for sentence in (means if isinstance(means, list) else [])]
    if (seconds := said.get("true_frame")) is not None:
        lines.append(f"the screen drew a true frame {seconds} s ago")
    lines.append(_waiting(said.get("waiting"), said.get("review")))
    cares = said.get("attention")
    for care in map(_table, cares if isinstance(cares, list) else []):
        lines.append(f"  {_time(care.get('at'))}  {care.get('item')}: {care.get('care')}")
    return lines, 0


def _attention(socket: Path, options: argparse.Namespace) -> Told:
    if options.deed == "dismiss":
        return [str(ask(socket, "attention-dismiss", id=options.id, reason=options.reason))], 0
    said = ask(socket, "attention")
    rows = [_table(row) for row in said] if isinstance(said, list) else []
    lines = [f"{row.get('id'):>6}  {_time(row.get('at'))}  {row.get('item')}: {row.get('care')}" for row in rows]
    if not rows:
        return ["No book needs to be looked at."], 0
    return [*lines, 'Once it was looked at: kiosk attention dismiss ID --reason "what was found".'], 0


def _waiting(waiting: object, review: object) -> str:
    if waiting is None:
        return "the journal does not answer"
    words = f"not yet confirmed by the library system: {waiting}"
    return f"{words}; {review} wait for a person (kiosk outbox)" if review else words


def _verify(socket: Path, _: argparse.Namespace) -> Told:
    said = _table(ask(socket, "verify"))
    if said.get("holds"):
        return [f"The journal holds: {said.get('rows')} rows."], 0
    return [f"The journal does not hold from row {said.get('first_bad')} on: {said.get('reason')}."], 1


def _forget(socket: Path, options: argparse.Namespace) -> Told:
    card = options.card if options.card not in (None, "-") else _card_typed()
    said = _table(ask(socket, "forget", card=card))
    if said.get("forgotten"):
        return ["The reader is forgotten here."], 0
    return [f"Not forgotten: {said.get('sentence')}"], 1


def _card_typed() -> str:
    """Read a card without showing it where a person types."""
    typed = getpass.getpass("card: ") if sys.stdin.isatty() else sys.stdin.readline()
    return typed.strip()


def _outbox(socket: Path, options: argparse.Namespace) -> Told:
    match options.deed:
        case "retry":
            return [str(ask(socket, "outbox-retry", id=options.id))], 0
        case "dismiss":
            return [str(ask(socket, "outbox-dismiss", id=options.id, reason=options.reason))], 0
        case _:
            said = ask(socket, "outbox")
            return listed([_table(row) for row in said] if isinstance(said, list) else []), 0


def _clock(socket: Path, options: argparse.Namespace) -> Told:
    if options.deed == "believe":
        return [str(ask(socket, "clock-believe"))], 0
    sentence = _table(_table(ask(socket, "status")).get("health")).get("clock", "ready")
    return [f"clock: {sentence}"], int(sentence != "ready")


def listed(rows: list[Mapping[str, object]]) -> list[str]:
    """Return the lines that show what waits."""
    if not rows:
        return ["The library system has confirmed everything."]
    lines = []
    for row in rows:
        card = f"card {row.get('card')}" if row.get("card") else "no card"
        begin = f"{row.get('id'):>6}  {_time(row.get('when'))}  {row.get('what'):8}"
        lines.append(f"{begin}  {row.get('item')}  {card}  {row.get('state')}")
        lines += [f"{'':8}{text}" for text in (row.get("reason"), _quoted(row.get("said"))) if text]
    review = sum(row.get("state") == "review" for row in rows)
    lines.append(f"{len(rows)} not yet confirmed, {review} of them wait for a person.")
    if review:
        lines.append("Look at the item in the library system; then: kiosk outbox retry ID, or")
        lines.append('kiosk outbox dismiss ID --reason "what was done instead".')
    return lines


def _quoted(said: object) -> str:
    return f'said: "{said}"' if said else ""


def _time(text: object) -> str:
    """Return a time as the clock on the wall of this machine shows it."""
    try:
        return f"{datetime.fromisoformat(str(text)).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return str(text)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError("what answers there is no station of this version")
    return value


_ASKED: Mapping[str, Callable[[Path, argparse.Namespace], Told]] = {
    "status": _status,
    "verify": _verify,
    "forget": _forget,
    "outbox": _outbox,
    "clock": _clock,
    "attention": _attention,
}
VERBS = tuple(_ASKED)
