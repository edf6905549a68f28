"""No button of a screen is silent: the one bottom right leads out before anybody is known, and holds have an answer."""

import pytest

from kiosk.effects import AskAccount
from kiosk.events import Button, Task
from kiosk.views import Farewell, Home, Identify, Idle, Loans, Pin, TypeNumber
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


def test_holds_that_are_not_known_yet_lead_to_where_that_is_said() -> None:
    story = Story().keep(AskAccount).shows(ANNA).enters()
    story.sees(Home)
    assert story.presses(Button.HOLDS).sees(Loans).rows is None
