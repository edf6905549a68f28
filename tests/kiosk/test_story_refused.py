"""What the library system refused stays refused while it is silent."""

from dataclasses import replace

import pytest

from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import RequestCheckout, SetSecurity
from kiosk.events import Button, CheckoutRefused, CheckoutUnanswered, Choice
from kiosk.views import Idle, RefusalCard, RowState
from tests.kiosk.stories import RETURN_FIRST, RULES, SOLARIS, Story, tells


def refused(reason: Reason, story: Story | None = None) -> Story:
    story = story or Story()
    story.on(RequestCheckout, lambda a: CheckoutRefused(a.session, a.item, Refusal(reason))).borrows(SOLARIS)
    return story


def dies(story: Story, *, sent: bool = False) -> Story:
    return story.on(RequestCheckout, lambda a: CheckoutUnanswered(a.session, a.item, sent))


@tells("refused, then the link dies")
@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("reason", [Reason.HELD_FOR_OTHER, Reason.AGE_RESTRICTED, Reason.DEBTS, Reason.OTHER])
def test_a_book_that_was_refused_and_is_laid_down_again_in_an_outage_stays(reason: Reason, sent: bool) -> None:
    story = dies(refused(reason), sent=sent).lifts(SOLARIS).lays(SOLARIS)
    assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS
    assert not story.of(SetSecurity)


@tells("refused, then the link dies")
def test_a_yes_to_its_question_does_not_get_round_a_refusal_in_an_outage() -> None:
    for reason, rules in ((Reason.FEE, RULES), (Reason.ON_LOAN_TO_OTHER, RETURN_FIRST)):
        story = dies(refused(reason, Story(rules))).says(SOLARIS, Choice.YES)
        assert story.sees(RefusalCard).refusal.reason is Reason.NEEDS_ABIS
        assert not story.of(SetSecurity)


@tells("refused, then the link dies")
def test_what_is_approved_in_the_end_was_refused_to_nobody() -> None:
    story = refused(Reason.HELD_FOR_OTHER).as_before(RequestCheckout).lifts(SOLARIS).lays(SOLARIS)
    assert story.state(SOLARIS) is RowState.YOURS
    assert story.now.session.checkout.refused == frozenset()


@tells("refused, then the link dies")
def test_our_own_refusal_is_not_the_library_systems() -> None:
    story = dies(refused(Reason.NOT_RECORDED)).lifts(SOLARIS).lays(SOLARIS)
    assert story.rows["Солярис"].state is RowState.RECORDED


@tells("refused, then the link dies")
def test_a_refusal_is_the_readers_and_the_next_one_is_asked_for_anew() -> None:
    story = refused(Reason.DEBTS, Story(replace(RULES, pin_required=False)))
    assert story.now.session.checkout.refused == {SOLARIS.item}
    story.lifts(SOLARIS).presses(Button.FINISH, Button.FINISH, Button.FINISH).sees(Idle)
    dies(story).borrows(SOLARIS)
    assert story.rows["Солярис"].state is RowState.RECORDED
