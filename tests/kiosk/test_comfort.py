"""What a reader asks for on the comfort sheet, and whether cards have letters, as the flows know it."""

import pytest

from kiosk.domain.rules import Look, Rules
from kiosk.effects import StartTimer
from kiosk.events import LookChosen, Timer
from kiosk.flows.desk import MORE_TIME
from tests.kiosk.stories import SOLARIS, Story


def test_whoever_asked_for_more_time_is_waited_for_longer() -> None:
    story = Story().borrows(SOLARIS)
    story.happens(LookChosen(Look(more_time=True)))
    started = [each for each in story.of(StartTimer) if each.timer is Timer.PATIENCE]
    assert started[-1].seconds == Rules().patience.idle * MORE_TIME


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [(r"2\d{13}", False), (r"[0-9]{8}", False), (r"[A-Z]{2}\d+", True), (r"\w{4,12}", True), (r".{3,20}", True)],
)
def test_a_card_pattern_tells_whether_digits_are_enough(pattern: str, letters: bool) -> None:
    assert Rules(card_pattern=pattern).letters_on_cards is letters
