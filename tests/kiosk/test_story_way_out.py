"""The button bottom right leads out from every screen that shows it, also before anybody is known."""

import pytest

from kiosk.events import Button, Task
from kiosk.views import Farewell, Identify, Idle, Pin, TypeNumber
from tests.kiosk.stories import ANNA, SOLARIS, Story


@pytest.mark.parametrize("where", [Identify, TypeNumber, Pin])
def test_who_changes_their_mind_before_logging_in_is_let_go(where: type) -> None:
    story = Story().chooses(Task.CHECKOUT)
    if where is TypeNumber:
        story.presses(Button.TYPE_NUMBER)
    elif where is Pin:
        story.shows(ANNA)
    story.sees(where)
    story.presses(Button.FINISH).sees(Idle)


def test_who_has_returned_something_gets_their_goodbye_from_there_too() -> None:
    story = Story().chooses(Task.CHECKIN).lays(SOLARIS).lifts(SOLARIS).shows(ANNA)
    story.sees(Pin)
    story.presses(Button.FINISH).sees(Farewell)
