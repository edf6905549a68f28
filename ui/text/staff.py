"""What staff read on the screen, in plain words: how every part is, what its test came to, what can be done."""

from collections.abc import Sequence

from kiosk.domain.health import Part, State
from kiosk.domain.staff import Act, Tried
from kiosk.views import PartLine, StaffMenu, StaffPin
from ui.text.catalogue import Words

ACTS = (Act.CLEAN, Act.TRY_VISIT, Act.TRY_PRINTER, Act.TRY_ABIS, Act.TRY_SOUND, Act.RESTART)
"""Below what opens or closes the station; those of parts that are not there are left out."""
NEEDS = {Act.TRY_PRINTER: Part.PRINTER, Act.TRY_ABIS: Part.ABIS}


def pin_told(words: Words, view: StaffPin) -> tuple[str, str]:
    """Return what is said of the PIN that was entered last."""
    if view.busy:
        return words.say("pin.busy"), ""
    if view.minutes:
        return words.count("staff.pin.locked", view.minutes), ""
    if view.attempts_left is None:
        return "", ""
    return words.say("pin.wrong"), words.count("pin.attempts", view.attempts_left)


def title(words: Words, view: StaffMenu) -> str:
    return words.say("staff.closed" if view.closed else "staff.opened")


def unsent(words: Words, view: StaffMenu) -> str:
    """Return how many records are not yet sent, and how many of them wait for a person."""
    if not view.waiting:
        return words.say("staff.sent")
    told = words.count("staff.waiting", view.waiting)
    return f"{told} {words.count('staff.review', view.review)}" if view.review else told


def part(words: Words, line: PartLine) -> str:
    """Return how a part is, with its name in bold."""
    name = line.part.name.lower()
    return f"*{words.say(f'staff.part.{name}')}.* {_how(words, line, name)}"


def together(words: Words, lines: Sequence[PartLine]) -> str:
    """Return one sentence for parts that simply work."""
    names = (words.say(f"staff.part.{line.part.name.lower()}") for line in lines)
    return words.say("staff.work", names=", ".join(names))


def tells(line: PartLine) -> bool:
    """Whether more is to be said of a part than that it works."""
    fine = line.state is State.READY and line.tried is Tried.NOT
    return not fine or line.part in (Part.TAGS, Part.SCANNER, Part.CARDS)


def _how(words: Words, line: PartLine, name: str) -> str:
    if line.tried is not Tried.NOT:
        return words.say(f"staff.{name}.{line.tried.name.lower()}")
    if line.state is State.ABSENT:
        return words.say(f"staff.{name}.absent")
    if line.part is Part.TAGS and line.laid:
        seen = words.count("staff.laid", line.laid)
        return f"{seen} {words.say('staff.newest', what=_plain(line.seen))}" if line.seen else seen
    if line.seen:
        return words.say("staff.read", what=_plain(line.seen))
    return words.say(f"staff.{name}.{line.state.name.lower()}")


def _plain(what: str) -> str:
    """A star would begin what is bold."""
    return what.replace("*", "∗")


def acts(view: StaffMenu) -> tuple[Act, ...]:
    """Return what can be done, the most wanted first."""
    there = {line.part for line in view.parts}
    more = (act for act in ACTS if act not in NEEDS or NEEDS[act] in there)
    return (Act.OPEN if view.closed else Act.CLOSE, *more)


def act(words: Words, view: StaffMenu, which: Act) -> tuple[str, str]:
    """Return the words on a button and below them."""
    name = f"staff.act.{which.name.lower()}"
    if which is Act.RESTART and (view.sure or view.restarting):
        name = "staff.act.restarting" if view.restarting else "staff.act.restart_sure"
    return words.say(name), words.say(f"{name}.note")
