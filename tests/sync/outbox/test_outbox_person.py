"""What is unclear waits where a person sees it, holds up nobody, and has a way out."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import NotSent, Unreachable
from kiosk.ports.journal import JournalFault
from sync.journal.delivery import Move, State
from sync.journal.stamps import Quality

STAFF = 1000
LATE = "older than 72 hours: staff may have dealt with it by hand"
WHEN = "nobody can tell how old it is: the clock was wrong then or is now"
OTHERS = "on loan to another reader"
UNDO = "its item was lent or returned here since; sending it now would undo that"
WHOSE = "an earlier row of its item waits for a person, so nobody knows whose loan this would end"


# --- one bad row -----------------------------------------------------------------------------------------------------


def test_a_row_that_waits_for_a_person_swallows_no_later_loan(desk: Any) -> None:
    """Anna took a book that the library system thinks Boris has; then everybody goes on borrowing."""
    desk.abis.loans_of["X"] = "boris"
    desk.lends("X", "anna")
    desk.outbox.work()
    desk.lends("Y", "anna")
    desk.returns("X")
    desk.lends("X", "eva")
    desk.lends("Z", "eva")
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"X": "boris", "Y": "anna", "Z": "eva"}
    assert desk.waits() == {"X 1": OTHERS, "X 4": WHOSE, "X 5": OTHERS}  # and nobody's loan was ended by guessing
    assert desk.counts[-1] == (3, 3)


def test_what_the_abis_has_so_already_is_settled_behind_a_waiting_row_too(desk: Any) -> None:
    desk.abis.plan["checkout"] = [Refusal(Reason.CARD_BLOCKED)]
    desk.lends("X", "anna")
    desk.returns("X")
    desk.lends("X", "eva")
    assert desk.outbox.work() is None
    assert desk.waits() == {"X 1": "refused: card_blocked"}
    assert desk.abis.loans_of == {"X": "eva"}


def test_a_reader_at_the_limit_whose_return_waits_sees_the_loan_refused_and_both_are_shown(desk: Any) -> None:
    desk.abis.loans_of["A"] = "boris"
    desk.abis.plan["checkout"] = [Refusal(Reason.LIMIT_REACHED)]
    desk.returns("A", "anna")
    desk.lends("B", "anna")
    assert desk.outbox.work() is None
    assert desk.waits() == {"A 1": OTHERS, "B 2": "refused: limit_reached"}


# --- too late --------------------------------------------------------------------------------------------------------


def test_a_loan_that_could_not_be_sent_for_days_is_not_made_up_behind_everybodys_back(desk: Any) -> None:
    """Anna brought the book to the desk meanwhile: nothing was to be checked in there."""
    desk.lends("X", "anna")
    desk.later(timedelta(days=5))
    assert desk.outbox.work() is None
    assert (desk.abis.sent(), desk.abis.loans_of) == ([], {})
    assert desk.waits() == {"X 1": LATE}
    assert desk.told() == [("replay_review", LATE)]


def test_a_return_that_could_not_be_sent_for_days_does_not_end_the_loan_of_the_next_reader(desk: Any) -> None:
    desk.returns("Y")
    desk.later(timedelta(days=5))
    desk.abis.loans_of["Y"] = "boris"
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"Y": "boris"}
    assert desk.waits() == {"Y 1": LATE}


def test_what_is_so_already_is_settled_however_late(desk: Any) -> None:
    desk.lends("X", "anna")
    desk.returns("Y")
    desk.abis.loans_of["X"] = "anna"
    desk.later(timedelta(days=50))
    assert desk.outbox.work() is None
    assert desk.states() == {}


@pytest.mark.parametrize(("late", "sent"), [(timedelta(0), 1), (timedelta(seconds=1), 0)])
def test_the_library_says_how_late_is_too_late(desk: Any, late: timedelta, sent: int) -> None:
    desk.window = timedelta(hours=5)
    desk.lends("X", "anna")
    desk.later(timedelta(hours=5) + late)
    desk.outbox.work()
    assert len(desk.abis.sent()) == sent


def test_a_wall_clock_that_jumps_while_the_machine_runs_changes_nothing(desk: Any) -> None:
    desk.lends("X", "anna")
    desk.clock.at += timedelta(days=900)
    desk.outbox.work()
    assert desk.abis.loans_of == {"X": "anna"}


@pytest.mark.parametrize(("later", "waits"), [(timedelta(days=2), {}), (timedelta(days=4), {"X 1": LATE})])
def test_after_a_restart_the_wall_clock_tells_how_old_it_is(desk: Any, later: timedelta, waits: dict[str, str]) -> None:
    desk.lends("X", "anna")
    restart(desk, later)
    desk.outbox.work()
    assert desk.waits() == waits


def test_a_clock_that_went_back_over_a_restart_is_not_believed(desk: Any) -> None:
    desk.lends("X", "anna")
    restart(desk, timedelta(days=-1))
    desk.outbox.work()
    assert (desk.waits(), desk.abis.sent()) == ({"X 1": WHEN}, [])


def test_a_machine_without_a_clock_chip_is_given_time_to_learn_the_time(desk: Any) -> None:
    desk.lends("X", "anna")
    restart(desk, timedelta(0))
    desk.boot.believed = Quality.RESTORED
    assert desk.outbox.work() is not None
    assert (desk.states(), desk.abis.sent()) == ({"X": "pending"}, [])
    desk.lends("Y", "eva")
    desk.outbox.work()
    assert desk.abis.loans_of == {"Y": "eva"}  # done in this run: its age is known
    desk.boot.believed = Quality.NTP
    desk.later(timedelta(minutes=5))
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"Y": "eva", "X": "anna"}


def test_a_machine_that_never_learns_the_time_asks_a_person(desk: Any) -> None:
    desk.lends("X", "anna")
    restart(desk, timedelta(0))
    desk.boot.believed = Quality.RESTORED
    desk.outbox.work()
    desk.later(timedelta(minutes=31))
    desk.outbox.work()
    assert desk.waits() == {"X 1": WHEN}


def restart(desk: Any, later: timedelta) -> None:
    """The machine is switched off and on; `later` is how much later its clock says it is."""
    desk.boot_id, desk.clock.seconds = "boot-2", 0.0
    desk.clock.at += later
    desk.reopen()


# --- overtaken -------------------------------------------------------------------------------------------------------


def test_a_return_does_not_end_a_loan_that_the_abis_has_agreed_to_here_since(desk: Any) -> None:
    desk.abis.loans_of["X"] = "anna"
    desk.returns("X")
    desk.hears_by_the_way(Kind.CHECKOUT_APPROVED, "X", "eva")
    desk.abis.loans_of["X"] = "eva"
    desk.outbox.work()
    assert (desk.abis.loans_of, desk.waits()) == ({"X": "eva"}, {"X 1": UNDO})


def test_a_loan_is_not_made_up_for_a_book_that_came_back_here_since(desk: Any) -> None:
    desk.lends("X", "anna")
    desk.hears_by_the_way(Kind.CHECKIN_ACCEPTED, "X")
    desk.outbox.work()
    assert (desk.abis.sent(), desk.waits()) == ([], {"X 1": UNDO})


def test_later_rows_that_wait_themselves_overtake_nothing(desk: Any) -> None:
    desk.lends("X", "anna")
    desk.returns("X")
    desk.lends("X", "eva")
    desk.outbox.work()
    assert [call[0] for call in desk.abis.sent()] == ["checkout", "checkin", "checkout"]
    assert desk.states() == {}


# --- the way out -----------------------------------------------------------------------------------------------------


def old_loan(desk: Any) -> None:
    desk.lends("X", "anna")
    desk.later(timedelta(days=5))
    desk.outbox.work()
    assert desk.waits() == {"X 1": LATE}


def facts(desk: Any, kind: Kind) -> list[dict[str, object]]:
    return [dict(row.data) for row in desk.journal.rows() if row.kind == kind]


def test_a_row_that_a_person_lets_go_is_asked_about_and_sent(desk: Any) -> None:
    old_loan(desk)
    desk.outbox.retry(1, STAFF)
    assert desk.states() == {"X": "pending"}
    assert desk.outbox.work() is None
    assert (desk.abis.loans_of, desk.states()) == ({"X": "anna"}, {})
    assert facts(desk, Kind.REPLAY_RETRIED) == [{"row": 1, "by": STAFF}]
    assert desk.counts[-1] == (0, 0)
    assert desk.journal.verify().holds


def test_what_would_be_wrong_all_the_same_waits_again(desk: Any) -> None:
    old_loan(desk)
    desk.abis.loans_of["X"] = "boris"
    desk.outbox.retry(1, STAFF)
    desk.outbox.work()
    assert (desk.abis.sent(), desk.waits()) == ([], {"X 1": OTHERS})


def test_a_row_that_was_overtaken_is_not_sent_even_if_a_person_asks(desk: Any) -> None:
    desk.abis.plan["checkout"] = [Refusal(Reason.CARD_BLOCKED)]
    desk.lends("X", "anna")
    desk.returns("X")
    desk.outbox.work()
    desk.outbox.retry(1, STAFF)
    desk.outbox.work()
    assert (desk.abis.loans_of, desk.waits()) == ({}, {"X 1": UNDO})


def test_a_row_let_go_while_the_abis_is_away_is_sent_when_it_is_back(desk: Any) -> None:
    old_loan(desk)
    desk.abis.plan["checkout"] = [NotSent("no connection")]
    desk.outbox.retry(1, STAFF)
    assert desk.outbox.work() is not None
    desk.outbox.wake()
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"X": "anna"}


def test_a_persons_word_does_not_hold_for_ever(desk: Any) -> None:
    old_loan(desk)
    desk.abis.plan["item_info"] = [NotSent("no connection")]
    desk.outbox.retry(1, STAFF)
    desk.outbox.work()
    desk.later(timedelta(days=4))
    desk.outbox.work()
    assert (desk.abis.sent(), desk.waits()) == ([], {"X 1": LATE})


def test_a_row_let_go_whose_answer_is_lost_is_asked_for_like_any_other(desk: Any) -> None:
    old_loan(desk)
    desk.abis.plan["checkout"] = [(Unreachable("answer lost"), True)]
    desk.outbox.retry(1, STAFF)
    desk.outbox.work()
    desk.outbox.wake()
    assert desk.outbox.work() is None
    assert (len(desk.abis.sent()), desk.states()) == (1, {})


def test_a_dismissed_row_is_settled_and_nothing_is_sent(desk: Any) -> None:
    old_loan(desk)
    desk.outbox.dismiss(1, STAFF, "взято на кафедре, anna сама принесла")
    assert desk.outbox.work() is None
    assert (desk.abis.sent(), desk.states(), desk.counts[-1]) == ([], {}, (0, 0))
    assert facts(desk, Kind.REPLAY_DISMISSED) == [{"row": 1, "by": STAFF}]
    assert desk.journal.remarks(["txn-1"]) == {"txn-1": "взято на кафедре, [card] сама принесла"}
    desk.reopen()
    assert desk.outbox.work() is None
    assert desk.counts[-1] == (0, 0)


def test_a_reader_whose_rows_a_person_has_settled_can_be_forgotten(desk: Any) -> None:
    desk.abis.plan["checkout"] = [Refusal(Reason.OTHER, raw="Лебедевой Анне отказано")]
    desk.lends("X", "anna-20234000134172")
    desk.outbox.work()
    card = CardNumber("anna-20234000134172")
    assert not desk.journal.forget(card).done
    assert desk.journal.remarks(["txn-1"]) == {"txn-1": "Лебедевой Анне отказано"}
    desk.outbox.dismiss(1, STAFF, "Лебедева Анна вернула на кафедру")
    assert desk.journal.forget(card).done
    left = b"".join(each.read_bytes() for each in desk.folder.iterdir())
    assert [word for word in (card, "Лебедев", "Анн") if word.encode() in left] == []
    assert desk.journal.verify().holds


@pytest.mark.parametrize("seq", [0, -1, 1, 2, 99])
def test_only_a_row_that_waits_for_a_person_is_decided_by_one(desk: Any, seq: int) -> None:
    desk.lends("X", "anna")
    with pytest.raises(ValueError, match=f"no row {seq} waits for a person"):
        desk.outbox.retry(seq, STAFF)
    with pytest.raises(ValueError, match=f"no row {seq} waits for a person"):
        desk.outbox.dismiss(seq, STAFF, "nothing")
    assert facts(desk, Kind.REPLAY_RETRIED) + facts(desk, Kind.REPLAY_DISMISSED) == []


def test_of_two_who_decide_at_once_one_is_told_that_it_is_settled(desk: Any) -> None:
    old_loan(desk)
    said: list[str] = []

    def decide() -> None:
        try:
            desk.outbox.dismiss(1, STAFF, "done")
        except ValueError as fault:
            said.append(str(fault))

    deciders = [threading.Thread(target=decide) for _ in range(2)]
    for each in deciders:
        each.start()
    for each in deciders:
        each.join(10)
    assert said == ["no row 1 waits for a person"]
    assert len(facts(desk, Kind.REPLAY_DISMISSED)) == 1


def test_what_cannot_be_written_is_not_decided(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise JournalFault("no room")

    old_loan(desk)
    with monkeypatch.context() as patch:
        patch.setattr(desk.journal, "write", full)
        with pytest.raises(JournalFault):
            desk.outbox.dismiss(1, STAFF, "done")
    desk.outbox.work()
    assert desk.waits() == {"X 1": LATE}


def test_a_decision_before_the_outbox_has_looked_keeps_the_order_of_the_rows(desk: Any) -> None:
    for item in "AXB":
        desk.lends(item, "anna")
    desk.journal.write([], [Move(2, State.REVIEW, 1, "refused: other")])
    desk.outbox.retry(2, STAFF)
    desk.outbox.work()
    assert [call[3] for call in desk.abis.sent()] == ["A", "X", "B"]


def test_the_log_says_when_a_row_begins_to_wait_and_again_at_a_start(
    desk: Any, caplog: pytest.LogCaptureFixture
) -> None:
    desk.abis.plan["checkout"] = [Refusal(Reason.OTHER, raw="Лебедева Анна: звоните")]
    desk.lends("X", "anna")
    desk.outbox.work()
    assert "row 1 waits for a person (refused: other): kiosk outbox shows it" in caplog.text
    assert "Лебедева" not in caplog.text
    caplog.clear()
    desk.reopen()
    desk.outbox.work()
    desk.outbox.work()
    assert caplog.text.count("1 rows wait for a person: kiosk outbox lists them") == 1


def test_states_of_a_row_let_go_are_durable(desk: Any) -> None:
    old_loan(desk)
    desk.outbox.retry(1, STAFF)
    (row,) = desk.journal.deliveries()
    assert (row.state, row.tries, row.reason) == (State.PENDING, 0, "")
    desk.reopen()
    desk.outbox.work()
    assert desk.abis.loans_of == {"X": "anna"}
