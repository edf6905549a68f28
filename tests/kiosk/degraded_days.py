"""Days at a desk where something is dead or doubtful, lived to their end. `python -m tests.kiosk.degraded_days` writes
`docs/degraded.md` from them; a test says when it is no longer true.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from kiosk.domain.buttons import Task
from kiosk.domain.health import READY, Health, Part, State
from kiosk.domain.items import Loan, Security
from kiosk.domain.mail import Address
from kiosk.domain.patrons import Account
from kiosk.domain.receipts import Way
from kiosk.domain.rules import Hours, Rules
from kiosk.effects import Effect, Record, RequestCheckin, RequestCheckout, SetSecurity
from kiosk.events import (
    Button,
    CheckinUnanswered,
    CheckoutUnanswered,
    Event,
    HoursChanged,
    NotRecorded,
    PartChanged,
    RenewPressed,
    SecurityNotSet,
)
from kiosk.flows import degraded
from kiosk.flows.degraded import Fault, Faults
from kiosk.views import (
    Banner,
    Books,
    Broken,
    Checkin,
    Checkout,
    Farewell,
    Idle,
    Loans,
    LoanState,
    OutOfService,
    Paper,
    RowState,
)
from tests.kiosk.stories import ALIVE, ANNA, BARCODED, DUE, LAURUS, RULES, SOLARIS, TODAY, Copy, Story

PAGE = Path(__file__).parent.parent.parent / "docs" / "degraded.md"
PARTS = (Part.TAGS, Part.SCANNER, Part.PRINTER, Part.ABIS, Part.JOURNAL, Part.CLOCK, Part.MAIL)
AT_HOME = BARCODED
ALL_WAYS = replace(RULES, ways=tuple(Way))
SINGLE: tuple[dict[Part, Fault], ...] = tuple({part: fault} for part in PARTS for fault in Fault)
PAIRS: tuple[dict[Part, Fault], ...] = tuple(
    {one: first, other: second}
    for one, other in combinations(PARTS, 2)
    for first in Fault
    for second in Fault
)  # fmt: skip
STATES = {Fault.DEAD: Health(State.ABSENT, "unplugged"), Fault.DOUBTFUL: Health(State.DEGRADED, "not quite well")}


def named(faults: Faults) -> str:
    return " + ".join(f"{part.name.lower()} {fault.name.lower()}" for part, fault in faults.items())


# --- what dies, and how it is then -----------------------------------------------------------------------------------


def station(rules: Rules = ALL_WAYS) -> Story:
    """A desk with everything there is, and a reader with an address and a book at home."""
    story = Story(rules, alive=(*ALIVE, Part.MAIL, Part.CLOCK))
    story.patrons[ANNA.card] = replace(ANNA, mail=Address("anna@example.org"))
    story.accounts[ANNA.card] = Account((Loan(AT_HOME.item, AT_HOME.title, due=DUE, renewable=True),))
    return story


def befalls(story: Story, faults: Faults) -> Story:
    """These things happen to what the station leans on, as its parts tell it and as they behave from then on."""
    for part, fault in faults.items():
        story.happens(PartChanged(part, STATES[fault]))
        DEEDS.get((part, fault), lambda _: None)(story)
    return story


def passes(story: Story, faults: Faults) -> Story:
    """All is well again."""
    for kind in BEHAVIOUR:
        story.on(kind, story.answer)
    return story.happens(HoursChanged(Hours(TODAY)), *(PartChanged(part, READY) for part in faults))


def every_other(story: Story, kind: type[Effect], instead: Callable[[Effect], Event]) -> None:
    """Of these, the first and every other one comes to nothing."""
    met: list[Effect] = []

    def answer(effect: Effect) -> Event | None:
        met.append(effect)
        return instead(effect) if len(met) % 2 else story.answer(effect)

    story.on(kind, answer)


def _no_library(story: Story) -> None:
    story.silent()


def _library_now_and_then(story: Story) -> None:
    every_other(story, RequestCheckout, lambda asked: CheckoutUnanswered(asked.session, asked.item, sent=False))
    every_other(story, RequestCheckin, lambda asked: CheckinUnanswered(asked.session, asked.item, sent=False))


def _no_journal(story: Story) -> None:
    story.on(Record, lambda asked: NotRecorded(asked.session, asked.intent, asked.item))


def _pad_now_and_then(story: Story) -> None:
    every_other(story, SetSecurity, lambda asked: SecurityNotSet(asked.uid, asked.security))


def _no_clock(story: Story) -> None:
    story.happens(HoursChanged(Hours(TODAY, certain=False)))


DEEDS: dict[tuple[Part, Fault], Callable[[Story], None]] = {
    (Part.ABIS, Fault.DEAD): _no_library,
    (Part.ABIS, Fault.DOUBTFUL): _library_now_and_then,
    (Part.JOURNAL, Fault.DEAD): _no_journal,
    (Part.TAGS, Fault.DOUBTFUL): _pad_now_and_then,
    (Part.CLOCK, Fault.DEAD): _no_clock,
    (Part.CLOCK, Fault.DOUBTFUL): _no_clock,
}
BEHAVIOUR = (*Story.silences, Record, SetSecurity)


# --- a day -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """What a reader sees and gets. `lent`, `returned`: what became of a book; `renewed`: of a loan; None: nothing."""

    banner: Banner
    tasks: tuple[Task, ...] = ()
    books: Books = Books.EITHER
    broken: Broken | None = None
    lent: RowState | None = None
    due_certain: bool = True
    returned: RowState | None = None
    renewed: LoanState | None = None
    paper: Paper | None = None


def logs_in(story: Story) -> Story:
    """By the scanner where there is one, else with the card on the pad."""
    dead = story.now.outage.dead(Part.SCANNER)
    return (story.shows(ANNA) if dead else story.scans(ANNA.card)).enters()


def brings(story: Story, copy: Copy) -> Story:
    """A book gets on the list in the way that the screen tells."""
    if story.view.frame.books is Books.SCANNED:
        return story.scans(copy.item)
    return story.lays(copy).lifts(copy).lays(copy)  # what is not written at once is put back


def lived(faults: Faults, rules: Rules = ALL_WAYS) -> Day:
    """Return what a reader comes away with who does everything that is offered."""
    story = befalls(station(rules), faults)
    if isinstance(story.view, OutOfService):
        assert story.shows(ANNA).now.session is None
        return Day(story.view.frame.banner, broken=story.view.broken)
    idle = story.sees(Idle)
    day = Day(idle.frame.banner, idle.tasks, idle.frame.books)
    if Task.CHECKOUT in idle.tasks:
        day = _borrowed(story, day)
    if Task.CHECKIN in idle.tasks:
        day = _returned(story, day)
    if Task.ACCOUNT in idle.tasks:
        day = _renewed(story, day)
    story.sees(Idle)
    return day


def _borrowed(story: Story, day: Day) -> Day:
    story.tags[SOLARIS.tags[0]] = Security.ARMED
    story = brings(logs_in(story.chooses(Task.CHECKOUT)), SOLARIS)
    state = story.sees(Checkout).rows[0].state
    gone = story.presses(Button.FINISH).sees(Farewell)
    line = gone.receipt.lent[0]
    assert line.confirmed is (state is RowState.YOURS)
    assert story.opened(SOLARIS) is (day.books is not Books.SCANNED)
    story.presses(Button.FINISH).lifts(SOLARIS)
    return replace(day, lent=state, due_certain=line.due_certain, paper=gone.paper)


def _returned(story: Story, day: Day) -> Day:
    story.tags[LAURUS.tags[0]] = Security.DISARMED
    story = brings(story.chooses(Task.CHECKIN), LAURUS)
    state = story.sees(Checkin).rows[0].state
    story.presses(Button.FINISH)
    assert len(story.sees(Farewell).receipt.returned) == 1
    assert story.opened(LAURUS) is (day.books is Books.SCANNED)
    story.presses(Button.FINISH).lifts(LAURUS)
    return replace(day, returned=state)


def _renewed(story: Story, day: Day) -> Day:
    story = logs_in(story.chooses(Task.ACCOUNT)).happens(RenewPressed(AT_HOME.item))
    rows = story.sees(Loans).rows
    assert rows
    story.presses(Button.FINISH, Button.FINISH)
    return replace(day, renewed=rows[0].state)


# --- the page --------------------------------------------------------------------------------------------------------

NAMES = {
    Part.TAGS: "pad (RFID)", Part.SCANNER: "barcode scanner", Part.PRINTER: "printer", Part.ABIS: "library system",
    Part.JOURNAL: "journal disk", Part.CLOCK: "clock", Part.MAIL: "post (e-mail)",
}  # fmt: skip
ALSO = {Part.ABIS: ("network or site link", "station that serves the built-in store")}
"""Other causes of which a desk sees the same; why, says the connector."""
BY = {Books.EITHER: "pad or barcode", Books.LAID: "pad", Books.SCANNED: "barcode"}
PAPERS = {Paper.PRINTED: "paper", Paper.MAILED: "e-mail", Paper.MAILED_INSTEAD: "e-mail", Paper.SHOWN: "on the screen"}
SAID = {
    Broken.BOOKS: "out of service: neither pad nor scanner",
    Broken.JOURNAL: "out of service: nothing can be recorded",
}
LOOKS = (
    ("idle-no-pad", "no pad"),
    ("idle-no-scanner", "no scanner"),
    ("out-of-service", "neither"),
    ("idle-no-printer", "no printer"),
    ("out-of-service-journal", "no journal"),
    ("idle-offline-no-printer", "no library system and no printer"),
    ("idle-clock-doubted", "no library system, and the clock is doubted"),
)
HEAD = """# What goes on while something is dead

The table is `kiosk/flows/degraded.py`; this page is what really happened when every row and every pair of it was lived
to the end, by a reader who has an address and does everything that is offered, at a desk that has everything
(`tests/kiosk/degraded_days.py` lives the days and writes the page). "Doubtful" works in part: the library system
answers every other time, the pad writes every other time.

Of two faults each takes away what it takes, and the notice is that of the more serious one, or of both together. What
staff read of a pair is what they read of each, the more serious first. When a part is alive again, in the middle of a
visit too, everything of it is offered again by itself.

A desk sees the network, and the station that serves the built-in store, as a library system that does not answer. What
each device says of itself (which one, why, the cure) staff read beside the sentence here. Both are lived by real
processes as well, with a real line between them (`tests/kiosk/test_degraded_for_real.py`): a network that is silent or
comes and goes, a serving station that is killed or hangs; and by three stations at once
(`tests/kiosk/test_three_stations.py`). While it is silent what comes and goes is dead, and well again when it answers.
Afterwards store, journals and tags agree.
"""


def _cells(day: Day) -> tuple[str, str, str, str, str]:
    by = BY[day.books]
    kept = f"{by}, {'some' if day.renewed else 'all'} recorded here"
    lent = {None: "no", RowState.YOURS: by, RowState.RECORDED: kept}[day.lent]
    back = {None: "no", RowState.RETURNED: by, RowState.RECORDED: kept}[day.returned]
    if day.lent and not day.due_certain:
        lent += ", date to be confirmed"
    receipt = PAPERS[day.paper] if day.paper else "none"
    notice = SAID[day.broken] if day.broken else "" if day.banner is Banner.NONE else f"`{day.banner.name.lower()}`"
    return lent, back, "yes" if day.renewed is LoanState.RENEWED else "no", receipt, notice


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def page() -> str:
    """Return the page as it is true now."""
    columns = ("borrow", "return", "my books, renew", "receipt", "notice")
    told = [HEAD, "## One thing", "", _line("what", "is", *columns, "what staff read"), "|---" * 8 + "|"]
    for faults in SINGLE:
        ((part, fault),) = faults.items()
        for name in (NAMES[part], *ALSO.get(part, ())):
            told.append(_line(name, fault.name.lower(), *_cells(lived(faults)), *degraded.staff(faults)))
    told += ["", "## Two things", "", _line("what", *columns), "|---" * 6 + "|"]
    for faults in PAIRS:
        both = " + ".join(f"{NAMES[part]} {fault.name.lower()}" for part, fault in faults.items())
        told.append(_line(both, *_cells(lived(faults))))
    told += [
        "",
        "## How it looks",
        "",
        *(f"- [{words}](pictures/{name}.landscape.light.ru.png)" for name, words in LOOKS),
    ]
    return "\n".join(told) + "\n"


def main() -> None:
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
