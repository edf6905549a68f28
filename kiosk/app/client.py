"""`kiosk status`, `outbox`, `attention`, `verify`, `forget`, `clock`: what a person asks of the running station.

It answers in the language of whoever asks, else in the station's, and tells times as the site's clocks had them.
No card stands in a command that other users of this machine can see, unless the person wrote it there.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from kiosk.app.control import ask
from kiosk.app.tongue import ENGLISH, IN_ENGLISH, Tongue, language_of, tongue

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
    words = tongue(language_of())  # until the station is known
    try:
        named = getattr(options, "station", None)
        socket = options.socket if "socket" in options else socket_of(named, tongue=words)
        words = tongue(language_of(os.environ, lambda: _of_the_station(socket)))
        lines, code = _ASKED[options.verb](socket, options, words)
    except (OSError, ValueError) as fault:  # nobody there, or it refused
        print(words.told(str(fault)), file=sys.stderr)  # noqa: T201 - the person who asked must see it
        return 1
    print("\n".join(map(_plain, lines)))  # noqa: T201
    return code


def _of_the_station(socket: Path) -> str:
    """Return the station's language; English where it does not say, which what is asked next tells better."""
    try:
        return str(ask(socket, "language"))
    except (OSError, ValueError):
        return ENGLISH


def _plain(line: str) -> str:
    """What others wrote may hold words for the terminal: none reach it."""
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def socket_of(name: str | None, runtime: Path = RUNTIME, tongue: Tongue = IN_ENGLISH) -> Path:
    """Return the socket of a station, or of the only one there is. Raises `ValueError` in words."""
    if name is not None:
        return runtime / f"kiosk-{name}" / "control.sock"
    found = sorted(runtime.glob("kiosk-*/control.sock"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValueError(tongue.say("no station runs here as a service; of one started by hand, say --socket"))
    names = ", ".join(each.parent.name.removeprefix("kiosk-") for each in found)
    raise ValueError(tongue.say("several stations run here; say --station and one of {names}", names=names))


def _status(socket: Path, _: argparse.Namespace, tongue: Tongue) -> Told:
    said, say = _table(ask(socket, "status")), tongue.say
    there = "station {name}: somebody is there" if said.get("busy") else "station {name}: nobody is there"
    lines = [say(there, name=said.get("station"))]
    lines += [_part(part, sentence, tongue) for part, sentence in _table(said.get("health")).items()]
    means = said.get("degraded")
    lines += [f"! {tongue.told(str(sentence))}" for sentence in (means if isinstance(means, list) else [])]
    if (seconds := said.get("true_frame")) is not None:
        lines.append(say("the screen drew a true frame {seconds} s ago", seconds=seconds))
    lines += _library(_table(said["library"]), tongue) if "library" in said else []
    if "mail" in said:
        lines.append(say("receipts that wait to be sent by e-mail: {n}", n=_table(said["mail"]).get("waiting")))
    lines.append(_waiting(said.get("waiting"), said.get("review"), tongue))
    cares = said.get("attention")
    lines += [f"  {_care(care, tongue)}" for care in map(_table, cares if isinstance(cares, list) else [])]
    return lines, 0


def _part(part: str, sentence: object, tongue: Tongue) -> str:
    names, _, number = part.partition(" ")
    told = "+".join(map(tongue.told, names.split("+"))) + (f" {number}" if number else "")
    return f"  {told}: {tongue.told(str(sentence))}"


def _library(said: Mapping[str, object], tongue: Tongue) -> list[str]:
    """What this desk offers of the built-in library."""
    offers = [(name, _table(said[name])) for name in ("store", "pages") if name in said]
    made = said.get("backup")
    backup = tongue.say("last backup: {when}", when=_time(made)) if made else tongue.say("there is no backup yet")
    return [*(_offer(name, offer, tongue) for name, offer in offers), backup]


def _offer(name: str, offer: Mapping[str, object], tongue: Tongue) -> str:
    where = {"address": offer.get("address")}
    if name == "store" and offer.get("stands"):
        return tongue.say("the library's store is at {address}; desks connected: {n}", n=offer.get("desks"), **where)
    if offer.get("stands"):
        return tongue.say("the staff's pages are at {address}", **where)
    what = "the library's store" if name == "store" else "the staff's pages"
    why = tongue.told(str(offer.get("trouble") or "starts"))
    return f"! {tongue.say('{what}: not at {address}: {why}', what=tongue.told(what), why=why, **where)}"


def _attention(socket: Path, options: argparse.Namespace, tongue: Tongue) -> Told:
    if options.deed == "dismiss":
        ask(socket, "attention-dismiss", id=options.id, reason=options.reason)
        return [tongue.say("Row {id} is ticked off.", id=options.id)], 0
    said = ask(socket, "attention")
    rows = [_table(row) for row in said] if isinstance(said, list) else []
    if not rows:
        return [tongue.say("No book needs to be looked at.")], 0
    lines = [f"{row.get('id'):>6}  {_care(row, tongue)}" for row in rows]
    return [*lines, tongue.say('Once it was looked at: kiosk attention dismiss ID --reason "what was found".')], 0


def _care(row: Mapping[str, object], tongue: Tongue) -> str:
    item, said = row.get("item") or tongue.told("a visit"), row.get("said")
    told = f"{_time(row.get('at'))}  {item}: {tongue.told(str(row.get('care')))}"
    return f"{told} ({said})" if said else told


def _waiting(waiting: object, review: object, tongue: Tongue) -> str:
    if waiting is None:
        return tongue.say("the journal does not answer")
    words = tongue.say("not yet confirmed by the library system: {waiting}", waiting=waiting)
    return words + (tongue.say("; {review} wait for a person (kiosk outbox)", review=review) if review else "")


def _verify(socket: Path, _: argparse.Namespace, tongue: Tongue) -> Told:
    said = _table(ask(socket, "verify"))
    if said.get("holds"):
        return [tongue.say("The journal holds: {rows} rows.", rows=said.get("rows"))], 0
    where = {"first": said.get("first_bad"), "reason": said.get("reason")}
    return [tongue.say("The journal does not hold from row {first} on: {reason}.", **where)], 1


def _forget(socket: Path, options: argparse.Namespace, tongue: Tongue) -> Told:
    card = options.card if options.card not in (None, "-") else _card_typed()
    said = _table(ask(socket, "forget", card=card))
    if said.get("forgotten"):
        return [tongue.say("The reader is forgotten here.")], 0
    return [tongue.say("Not forgotten: {sentence}", sentence=tongue.told(str(said.get("sentence"))))], 1


def _card_typed() -> str:
    """Read a card without showing it where a person types."""
    typed = getpass.getpass("card: ") if sys.stdin.isatty() else sys.stdin.readline()
    return typed.strip()


def _outbox(socket: Path, options: argparse.Namespace, tongue: Tongue) -> Told:
    match options.deed:
        case "retry":
            ask(socket, "outbox-retry", id=options.id)
            return [tongue.say("Row {id} is tried again.", id=options.id)], 0
        case "dismiss":
            ask(socket, "outbox-dismiss", id=options.id, reason=options.reason)
            return [tongue.say("Row {id} is settled; the library system was told nothing.", id=options.id)], 0
        case _:
            said = ask(socket, "outbox")
            return listed([_table(row) for row in said] if isinstance(said, list) else [], tongue), 0


def _clock(socket: Path, options: argparse.Namespace, tongue: Tongue) -> Told:
    if options.deed == "believe":
        return [tongue.told(str(ask(socket, "clock-believe")))], 0
    sentence = _table(_table(ask(socket, "status")).get("health")).get("clock", "ready")
    return [f"{tongue.told('clock')}: {tongue.told(str(sentence))}"], int(sentence != "ready")


def listed(rows: list[Mapping[str, object]], tongue: Tongue) -> list[str]:
    """Return the lines that show what waits."""
    if not rows:
        return [tongue.say("The library system has confirmed everything.")]
    lines = [line for row in rows for line in _row(row, tongue)]
    review = sum(row.get("state") == "review" for row in rows)
    lines.append(tongue.say("{n} not yet confirmed, {review} of them wait for a person.", n=len(rows), review=review))
    if review:
        lines.append(tongue.say("Look at the item in the library system; then: kiosk outbox retry ID, or"))
        lines.append(tongue.say('kiosk outbox dismiss ID --reason "what was done instead".'))
    return lines


def _row(row: Mapping[str, object], tongue: Tongue) -> list[str]:
    card = tongue.say("card {card}", card=row.get("card")) if row.get("card") else tongue.say("no card")
    what, state = tongue.told(str(row.get("what"))), tongue.told(str(row.get("state")))
    begin = f"{row.get('id'):>6}  {_time(row.get('when'))}  {what:8}  {row.get('item')}  {card}  {state}"
    said = tongue.say('said: "{words}"', words=row.get("said")) if row.get("said") else ""
    return [begin, *(f"{'':8}{text}" for text in (_why(str(row.get("reason") or ""), tongue), said) if text)]


def _why(reason: str, tongue: Tongue) -> str:
    """A refusal by the library system is named; everything else is a sentence of the outbox."""
    begin, colon, rest = reason.partition(": ")
    return tongue.told(begin) + colon + tongue.told(rest) if begin == "refused" else tongue.told(reason)


def _time(text: object) -> str:
    """Return a time as the clocks of the site had it: it comes in the site's own zone."""
    try:
        return f"{datetime.fromisoformat(str(text)):%Y-%m-%d %H:%M}"
    except ValueError:
        return str(text)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError("what answers there is no station of this version")
    return value


_ASKED: Mapping[str, Callable[[Path, argparse.Namespace, Tongue], Told]] = {
    "status": _status,
    "verify": _verify,
    "forget": _forget,
    "outbox": _outbox,
    "clock": _clock,
    "attention": _attention,
}
VERBS = tuple(_ASKED)
