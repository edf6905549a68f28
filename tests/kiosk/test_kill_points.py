"""Power lost at any step: library system, tags and journal still tell the same, and nobody inherits a session.

A story is played once to its end to count its steps: every step of every write of the journal, every question to the
library system and its answer, every security bit between the tag and its row. Then the station is killed before one
step of it, started again on the same folder, and the three are compared.
"""

import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId
from tests.kiosk.crashes import Killed, Life, Scene, Stage, holder, loans_of, told
from tests.kiosk.small_library import ANNA, BORIS, COPIES, LAURUS, PIN, SOLARIS

pytestmark = pytest.mark.slow
Story = Callable[[Scene, Life], None]
Effort = Callable[[int, int], int]
Points = Callable[[list[str], int], list[int]]
NOBODYS = {"OutOfService", "Idle", "Identify"}
"""Screens that know nothing of any reader."""
AT_REST = NOBODYS - {"Identify"}


# --- stories ----------------------------------------------------------------------------------------------------------


def log_in(scene: Scene, life: Life, card: CardNumber = ANNA, pin: str = PIN) -> None:
    life.sees(lambda view: view["can_scan"] is True)
    scene.hands.show_card(card)
    life.shows("Pin")
    life.do("pin", pin)


def finish(scene: Scene, life: Life) -> None:
    life.do("press", "FINISH")
    life.sees(lambda view: view["view"] == "Farewell" and view["paper"] != "PRINTING")
    scene.hands.lift_all()
    life.do("press", "FINISH")
    life.shows("Idle")


def borrow(scene: Scene, life: Life) -> None:
    life.shows("Idle")
    scene.hands.lay(SOLARIS, LAURUS)
    life.sees(lambda view: view["view"] == "Identify" and len(view["rows"]) == 2)
    log_in(scene, life)
    state = "YOURS" if scene.online else "RECORDED"
    life.shows("Checkout", state, state)
    finish(scene, life)


def bring_back(scene: Scene, life: Life) -> None:
    life.shows("Idle")
    life.do("choose", "CHECKIN")
    life.shows("Checkin")
    scene.hands.lay(SOLARIS)
    life.shows("Checkin", "RETURNED" if scene.online else "RECORDED")
    life.do("written", f"tag_armed {SOLARIS}")
    finish(scene, life)


def renew(scene: Scene, life: Life) -> None:
    life.shows("Idle")
    life.do("choose", "ACCOUNT")
    log_in(scene, life)
    life.sees(lambda view: view["view"] == "Loans" and view["rows"])
    life.do("renew", SOLARIS)
    life.do("written", f"renew_approved {SOLARIS}")
    finish(scene, life)


def take_home(scene: Scene, life: Life) -> None:
    """The books are hers, and nobody presses Done."""
    life.shows("Idle")
    scene.hands.lay(SOLARIS, LAURUS)
    life.sees(lambda view: view["view"] == "Identify" and len(view["rows"]) == 2)
    log_in(scene, life)
    life.shows("Checkout", "YOURS", "YOURS")
    scene.hands.lift_all()


def is_asked(scene: Scene, life: Life) -> bool:
    """Log in as Anna and say whether a receipt is offered."""
    life.shows("Idle")
    life.do("printer")
    life.do("choose", "ACCOUNT")
    log_in(scene, life)
    return bool(life.sees(lambda view: view["asks"] or view["view"] == "Loans")["asks"] == "RECEIPT_UNPRINTED")


def have_it(scene: Scene, life: Life) -> None:
    assert is_asked(scene, life)
    life.do("answer", "YES")
    life.do("written", "receipt_printed")
    finish(scene, life)


def decline_it(scene: Scene, life: Life) -> None:
    assert is_asked(scene, life)
    life.do("answer", "NO")
    life.do("written", "receipt_printed")
    finish(scene, life)


def pass_over_it(scene: Scene, life: Life) -> None:
    assert is_asked(scene, life)
    life.do("press", "BACK")
    finish(scene, life)


def come_as_boris(scene: Scene, life: Life) -> None:
    life.shows("Idle")
    life.do("choose", "ACCOUNT")
    log_in(scene, life, BORIS, "1234")
    life.shows("Loans")
    assert not any(view["asks"] for view in life.views)
    finish(scene, life)


def have_nothing_to_ask(scene: Scene, life: Life) -> None:
    assert not is_asked(scene, life)
    finish(scene, life)


def confirm(scene: Scene, life: Life) -> None:
    """Nobody is there: the outbox tells the library system what it missed."""
    assert life.do("drained") == []


# --- a death and what follows -----------------------------------------------------------------------------------------


def dies(scene: Scene, story: Story, kill: int | str | None) -> list[str] | None:
    """Play a story; None if the station died in it, else the steps it took."""
    try:
        with scene.station(kill) as life:
            story(scene, life)
            steps: list[str] = life.do("steps")
            life.end()
            return steps
    except Killed:
        return None


def recovers(scene: Scene, *, kill: int | None = None) -> None:
    """Start it again on the same folder and see that all is told the same. `kill`: it dies once more at that."""
    with scene.station(kill) as life:
        assert life.do("settled") == []
        assert life.do("drained") == []
        lying = {copy.item for copy in scene.hands.on_pad()}
        repairs(scene, life, lying, at_once=True)
        assert {view["view"] for view in life.views} <= AT_REST
        assert all(view["name"] == "" for view in life.views)
        scene.hands.lift_all()
        repairs(scene, life, {SOLARIS, LAURUS} - lying)
        assert life.do("verified")
        life.end()


def repairs(scene: Scene, life: Life, items: Iterable[ItemId], *, at_once: bool = False) -> None:
    """See that each tag says what the library system says: at once where it lies there, else once it is laid down."""
    for item in sorted(items):
        lent = holder(scene, item) is not None
        if scene.hands.armed(item) is lent:
            if not at_once:
                scene.hands.lay(item)
            assert life.do("written", f"tag_{'disarmed' if lent else 'armed'} {item}") == []
            assert scene.hands.armed(item) is not lent


def agree(scene: Scene, *before: ItemId) -> None:
    """Library system, journal and tags tell the same of both copies; `before`: what Anna had when it began."""
    printed = "\n".join("\n".join(receipt) for receipt in scene.hands.receipts())
    for item in (SOLARIS, LAURUS):
        now = holder(scene, item)
        where, card = told(scene, item)
        assert loans_of(scene, item) <= 1
        assert now in (ANNA, None)
        if where == "untouched":
            assert now == (ANNA if item in before else None)
        else:
            assert (where, card) == (("lent", ANNA) if now else ("home", None))
        assert scene.hands.armed(item) is (now is None)
    for copy in COPIES:
        if copy.title in printed:
            assert copy.item in before or told(scene, copy.item)[0] != "untouched"


# --- every point ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("crashes")) as stage:
        yield stage


@pytest.fixture
def points(effort: Effort) -> Points:
    """Return which of the steps to die at: a few that differ most, or all of them in the long run."""

    def chosen(steps: list[str], few: int) -> list[int]:
        everything = range(1, len(steps) + 1)
        most = effort(few, len(steps))
        if most >= len(steps):
            return list(everything)
        told = [at for at in everything if steps[at - 1].startswith(("tag", "abis: checkout a", "abis: checkin a"))]
        spread = [1 + round(at * (len(steps) - 1) / (few - 1)) for at in range(few)]
        return sorted({*told[:2], *spread})[:most]

    return chosen


CASES = {
    "checkout": (borrow, (), 7),
    "checkin": (bring_back, (SOLARIS,), 4),
    "renewal": (renew, (SOLARIS,), 3),
}
OFFLINE = {
    "checkout": (borrow, (), 3),
    "checkin": (bring_back, (SOLARIS,), 2),
}


@pytest.mark.parametrize("name", CASES)
def test_a_station_killed_in_mid_session_keeps_its_word(
    name: str, stage: Stage, points: Points, effort: Effort, counts: Any
) -> None:
    story, before, few = CASES[name]
    with stage.scene(*before) as scene:
        scene.library.opens()
        steps = dies(scene, story, None)
        assert steps is not None
        agree(scene, *before)
    for kill, again in deaths(steps, points(steps, few), effort):
        with stage.scene(*before) as scene:
            scene.library.opens()
            dies(scene, story, kill)
            survives(scene, again)
            agree(scene, *before)
            counts.add("kill points", 1 + bool(again))


@pytest.mark.parametrize("name", OFFLINE)
def test_a_station_killed_without_the_library_system_tells_it_once_it_is_back(
    name: str, stage: Stage, points: Points, effort: Effort, counts: Any
) -> None:
    story, before, few = OFFLINE[name]
    with stage.scene(*before) as scene:
        steps = dies(scene, story, None)
    assert steps is not None
    for kill, again in deaths(steps, points(steps, few), effort):
        with stage.scene(*before) as scene:
            dies(scene, story, kill)
            scene.library.opens()
            survives(scene, again)
            agree(scene, *before)
            counts.add("kill points", 1 + bool(again))


def test_a_station_killed_while_it_confirms_confirms_each_loan_once(
    stage: Stage, points: Points, effort: Effort, counts: Any, tmp_path: Path
) -> None:
    with stage.scene() as scene:
        assert dies(scene, borrow, None)
        shutil.copytree(scene.folder / "state", tmp_path / "left")
        scene.library.opens()
        steps = dies(scene, confirm, None)
        assert steps is not None
        agree(scene)
    for kill, again in deaths(steps, points(steps, 4), effort):
        with stage.scene(SOLARIS, LAURUS, left=tmp_path / "left") as scene:
            scene.library.opens()
            dies(scene, confirm, kill)
            survives(scene, again)
            agree(scene)
            counts.add("kill points", 1 + bool(again))


def test_books_that_lie_there_after_a_power_cut_are_nobodys_until_they_are_lifted(stage: Stage) -> None:
    def take_what_lies_there(scene: Scene, life: Life) -> None:
        life.shows("Idle")
        assert {view["view"] for view in life.views} <= AT_REST
        life.do("choose", "CHECKOUT")
        log_in(scene, life, BORIS, "1234")
        life.shows("Checkout", "STAYS", "STAYS")
        scene.hands.lift(LAURUS)
        life.shows("Checkout", "STAYS")
        scene.hands.lay(LAURUS)
        life.shows("Checkout", "STAYS", "YOURS")

    with stage.scene() as scene:
        scene.library.opens()
        scene.hands.lay(SOLARIS, LAURUS)
        assert dies(scene, take_what_lies_there, None)
        assert (holder(scene, SOLARIS), holder(scene, LAURUS)) == (None, BORIS)


def test_a_return_cut_off_before_it_was_asked_for_is_told_to_staff_until_the_book_comes_home(stage: Stage) -> None:
    def told(scene: Scene) -> list[str]:
        with scene.station() as life:
            assert life.do("settled") == []
            cares: list[str] = life.do("attention")
            life.end()
        return cares

    with stage.scene(SOLARIS) as scene:
        scene.library.opens()
        steps = dies(scene, bring_back, None)
        assert steps is not None
        assert told(scene) == []
    with stage.scene(SOLARIS) as scene:
        scene.library.opens()
        assert dies(scene, bring_back, "abis: checkin answered") is None
        scene.hands.lift_all()
        assert told(scene) == [f"{SOLARIS} returned, and the reader was not told so"]
        assert holder(scene, SOLARIS) is None
    with stage.scene(SOLARIS) as scene:
        scene.library.opens()
        assert dies(scene, bring_back, "abis: checkin") is None
        scene.hands.lift_all()  # nobody knows whether she took it home
        assert told(scene) == told(scene) == [f"{SOLARIS} return cut off"]
        assert holder(scene, SOLARIS) == ANNA
        assert dies(scene, bring_back, None)
        assert told(scene) == []


CUT_OFF = "abis: checkout answered"


def test_a_loan_that_the_library_system_made_and_no_row_tells_of_is_undone(
    stage: Stage, points: Points, effort: Effort, counts: Any
) -> None:
    """Nobody was told of it. The station is killed again at each step of undoing it."""

    def undo(scene: Scene, life: Life) -> None:
        assert life.do("settled") == []
        assert life.do("drained") == []
        (care,) = life.do("attention")
        assert "lent, and the reader was not told so" in care

    with stage.scene() as scene:
        scene.library.opens()
        assert dies(scene, borrow, CUT_OFF) is None
        scene.hands.lift_all()
        assert loans_of(scene, SOLARIS) + loans_of(scene, LAURUS) == 1
        steps = dies(scene, undo, None)
        assert steps is not None
        agree(scene)
    for kill in points(steps, 4):
        with stage.scene() as scene:
            scene.library.opens()
            assert dies(scene, borrow, CUT_OFF) is None
            scene.hands.lift_all()
            dies(scene, lambda scene, life: life.do("settled") + life.do("drained"), kill)
            recovers(scene)
            agree(scene)
            assert holder(scene, SOLARIS) is holder(scene, LAURUS) is None
            counts.add("kill points", 1)


def receipts_of_solaris(scene: Scene) -> int:
    return sum("Солярис" in "\n".join(receipt) for receipt in scene.hands.receipts())


@pytest.mark.parametrize("end", [have_it, decline_it])
def test_a_receipt_cut_off_is_offered_to_its_reader_at_every_log_in_until_it_is_answered(
    end: Story, stage: Stage
) -> None:
    with stage.scene() as scene:
        scene.library.opens()
        assert dies(scene, take_home, None)
        for story in (pass_over_it, come_as_boris):
            assert dies(scene, story, None)
            assert receipts_of_solaris(scene) == 0
        assert dies(scene, end, None)
        assert receipts_of_solaris(scene) == (end is have_it)
        assert dies(scene, have_nothing_to_ask, None)
        agree(scene)


def test_a_station_killed_while_it_prints_what_it_owes_prints_it_or_offers_it_again(
    stage: Stage, points: Points, effort: Effort, counts: Any
) -> None:
    with stage.scene() as scene:
        scene.library.opens()
        assert dies(scene, take_home, None)
        steps = dies(scene, have_it, None)
        assert steps is not None
    for kill in points(steps, 3):
        with stage.scene() as scene:
            scene.library.opens()
            assert dies(scene, take_home, None)
            dies(scene, have_it, kill)
            with scene.station() as life:
                again = is_asked(scene, life)
                life.end()
            assert again or receipts_of_solaris(scene)
            agree(scene)
            counts.add("kill points", 1)


def deaths(steps: list[str], points: list[int], effort: Effort) -> Iterator[tuple[int, int | None]]:
    """Each point once, and in the long run twice more with a second death soon after the first."""
    for seed in range(effort(1, 3)):
        for kill in points:
            yield kill, random.Random(seed * len(steps) + kill).randrange(1, 40) if seed else None


def survives(scene: Scene, again: int | None) -> None:
    try:
        recovers(scene, kill=again)
    except Killed:
        recovers(scene)
