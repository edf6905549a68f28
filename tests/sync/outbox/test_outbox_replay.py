"""The worker: asked first, sent once, in order, and what is unclear waits where everybody sees it."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.domain.refusal import Reason, Refusal
from kiosk.ports.abis import NotSent, Unreachable
from kiosk.ports.journal import JournalFault
from sync.journal.delivery import Move, Sent, State
from sync.outbox.backoff import FIRST, LONGEST, Backoff
from sync.outbox.outbox import FRESH, TRIES, Outbox

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_loans_and_returns_are_asked_about_sent_once_and_in_order(desk: Any) -> None:
    desk.lends("solaris", "anna")
    desk.lends("picnic", "boris")
    desk.returns("solaris")
    desk.later(timedelta(days=3))
    assert desk.outbox.work() is None
    assert desk.abis.calls == [
        ("item_info", "solaris"),
        ("loans", "anna"),
        ("checkout", "txn-1", "anna", "solaris", NINE),
        ("item_info", "picnic"),
        ("loans", "boris"),
        ("checkout", "txn-2", "boris", "picnic", NINE),
        ("item_info", "solaris"),
        ("checkin", "txn-3", "solaris", NINE),
    ]
    assert desk.abis.loans_of == {"picnic": "boris"}
    assert desk.states() == {}
    assert desk.told() == [("replay_confirmed", "sent")] * 3
    assert desk.counts == [(3, 0), (2, 0), (1, 0), (0, 0)]
    assert desk.journal.verify().holds


def test_what_is_so_already_is_not_sent(desk: Any) -> None:
    desk.abis.loans_of["solaris"] = "anna"
    desk.lends("solaris", "anna")
    desk.returns("picnic")
    assert desk.outbox.work() is None
    assert desk.abis.sent() == []
    assert desk.told() == [("replay_confirmed", "already on the reader's loan"), ("replay_confirmed", "not on loan")]


def test_a_refusal_is_final_and_waits_for_a_person_with_its_reason(desk: Any) -> None:
    desk.abis.plan["checkout"] = [Refusal(Reason.CARD_BLOCKED, raw="anna is barred")]
    desk.lends("solaris")
    assert desk.outbox.work() is None
    (row,) = desk.journal.deliveries()
    assert (row.state, row.reason) == (State.REVIEW, "refused: card_blocked")
    assert desk.told() == [("replay_refused", "refused: card_blocked")]
    assert desk.journal.remarks([row.txn]) == {}  # the reason says it all
    desk.outbox.wake()
    assert desk.outbox.work() is None
    assert len(desk.abis.sent()) == 1
    assert desk.counts == [(1, 0), (1, 1)]


def test_refused_because_it_is_theirs_already_is_as_good_as_done(desk: Any) -> None:
    desk.abis.plan["checkout"] = [Refusal(Reason.ALREADY_YOURS)]
    desk.lends("solaris")
    desk.outbox.work()
    assert desk.states() == {}


def test_surely_not_sent_stays_pending_and_is_tried_again_when_the_abis_is_back(desk: Any) -> None:
    desk.abis.plan["checkout"] = [NotSent("library system: no connection")]
    desk.lends("solaris")
    assert desk.outbox.work() == FIRST
    (row,) = desk.journal.deliveries()
    assert (row.state, row.tries, row.sent) == (State.PENDING, 0, None)
    calls = len(desk.abis.calls)
    desk.later(timedelta(seconds=FIRST - 1))
    assert desk.outbox.work() == pytest.approx(1)
    assert len(desk.abis.calls) == calls  # left alone until then
    desk.outbox.wake()
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"solaris": "anna"}


@pytest.mark.parametrize("call", ["item_info", "loans"])
def test_an_abis_that_cannot_be_asked_is_sent_nothing(desk: Any, call: str) -> None:
    desk.abis.plan[call] = [NotSent("no connection"), Unreachable("no answer")]
    desk.abis.alive = False
    desk.lends("solaris")
    assert desk.outbox.work() == FIRST
    desk.later(timedelta(seconds=FIRST))
    assert desk.outbox.work() == 2 * FIRST
    assert desk.abis.sent() == []
    (row,) = desk.journal.deliveries()
    assert (row.state, row.tries) == (State.PENDING, 0)
    desk.later(timedelta(seconds=2 * FIRST))
    assert desk.outbox.work() is None


def test_after_a_success_the_next_outage_begins_with_a_short_pause(desk: Any) -> None:
    away = NotSent("no connection")
    desk.abis.plan["item_info"] = [away, away, None, away]
    desk.lends("solaris")
    desk.lends("picnic", "boris")
    pauses = []
    for _ in range(3):
        pauses.append(desk.outbox.work())
        desk.outbox.wake()
    assert pauses == [FIRST, 2 * FIRST, FIRST]
    assert desk.states() == {"picnic": "pending"}


def test_pauses_grow_are_spread_and_begin_anew_after_success() -> None:
    backoff = Backoff(chance=iter([0.0, 1.0, *[0.5] * 20]).__next__)
    pauses = [backoff.failed() for _ in range(15)]
    assert pauses[:4] == [FIRST * 0.5, FIRST * 2 * 1.5, FIRST * 4, FIRST * 8]
    assert pauses[-1] == LONGEST
    backoff.reset()
    assert backoff.failed() == FIRST
    assert 0.5 * FIRST <= Backoff().failed() <= 1.5 * FIRST


@pytest.mark.parametrize("done", [True, False])
def test_an_answer_that_was_lost_is_asked_for_and_nothing_is_done_twice(desk: Any, done: bool) -> None:
    lost = Unreachable("answer lost")
    desk.abis.plan["checkout"] = [(lost, True) if done else lost]
    desk.lends("solaris")
    assert desk.outbox.work() == FIRST
    (row,) = desk.journal.deliveries()
    assert (row.state, row.tries, row.sent) == (State.UNKNOWN, 1, Sent("boot-1", 0))
    desk.outbox.wake()
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"solaris": "anna"}
    assert len(desk.abis.sent()) == (1 if done else 2)
    assert desk.told()[-1] == ("replay_confirmed", "already on the reader's loan" if done else "sent")


def test_a_row_of_unknown_outcome_that_could_not_be_sent_again_stays_unknown(desk: Any) -> None:
    """ "Surely not sent" is true of the second request alone."""
    desk.abis.plan["checkout"] = [Unreachable("answer lost"), NotSent("no connection")]
    desk.lends("solaris")
    desk.outbox.work()
    desk.later(timedelta(seconds=FIRST))
    desk.outbox.work()
    (row,) = desk.journal.deliveries()
    assert (row.state, row.tries, row.sent) == (State.UNKNOWN, 1, Sent("boot-1", 0))


@pytest.mark.parametrize(("late", "state"), [(FRESH, None), (FRESH + timedelta(seconds=1), "review")])
def test_an_unknown_row_is_sent_only_while_nobody_can_have_undone_it(desk: Any, late: timedelta, state: str) -> None:
    desk.lends("solaris", unknown=True)
    desk.later(late)
    assert desk.outbox.work() is None
    assert desk.states().get("solaris") == state
    assert len(desk.abis.sent()) == (0 if state else 1)


def test_after_a_restart_of_the_machine_nobody_knows_how_long_it_was(desk: Any) -> None:
    desk.lends("solaris", unknown=True)
    desk.boot_id = "boot-2"
    desk.reopen()
    desk.outbox.work()
    assert desk.states() == {"solaris": "review"}
    assert desk.abis.sent() == []


def test_a_row_cut_off_in_sending_is_asked_about_before_anything_else(desk: Any) -> None:
    desk.lends("solaris")
    desk.journal.write([], [Move(1, State.SENDING, 1, "", Sent("boot-1", 0))])
    desk.abis.loans_of["solaris"] = "anna"
    desk.reopen()
    assert desk.outbox.work() is None
    assert desk.states() == {}
    assert desk.abis.sent() == []


def test_a_row_that_brings_the_abis_down_each_time_waits_for_a_person(desk: Any) -> None:
    desk.abis.plan["checkout poison"] = [Unreachable("connection closed")] * TRIES
    desk.lends("poison")
    desk.lends("solaris", "boris")
    for _ in range(TRIES):
        assert desk.outbox.work() is not None
        desk.outbox.wake()
    assert desk.outbox.work() is None
    assert desk.states() == {"poison": "review"}
    assert desk.told()[-1] == ("replay_review", f"sent {TRIES} times without an answer")
    assert desk.abis.loans_of == {"solaris": "boris"}


@pytest.mark.parametrize("trouble", [Unreachable("connection closed"), RuntimeError("a bug in the connector")])
def test_a_row_that_cannot_even_be_asked_about_waits_for_a_person(desk: Any, trouble: Exception) -> None:
    desk.abis.plan["item_info poison"] = [trouble] * TRIES
    desk.lends("poison")
    desk.lends("solaris", "boris")
    for _ in range(TRIES - 1):
        assert desk.outbox.work() is not None
        desk.outbox.wake()
    assert desk.outbox.work() is None
    assert desk.states() == {"poison": "review"}
    assert f"asking about it failed {TRIES} times" in desk.told()[-1][1]
    assert desk.abis.loans_of == {"solaris": "boris"}


def test_a_bug_while_sending_leaves_the_row_unknown(desk: Any, caplog: pytest.LogCaptureFixture) -> None:
    desk.abis.plan["checkin"] = [RuntimeError("a bug in the connector")]
    desk.abis.loans_of["solaris"] = "anna"
    desk.returns("solaris")
    assert desk.outbox.work() == FIRST
    assert desk.states() == {"solaris": "unknown"}
    assert "not foreseen" in caplog.text


def test_a_row_that_stumbles_rests_with_what_is_bound_to_it_and_the_others_go_on(desk: Any) -> None:
    desk.abis.plan["item_info"] = [Unreachable("connection closed")]
    desk.lends("poison", "anna")
    desk.lends("picnic", "anna")
    desk.returns("poison")
    desk.lends("solaris", "boris")
    assert desk.outbox.work() == FIRST
    assert [call[3] for call in desk.abis.sent()] == ["solaris"]
    desk.lends("roadside", "eva")
    assert desk.outbox.work() == FIRST  # who comes now does not wait for it
    assert desk.abis.loans_of == {"solaris": "boris", "roadside": "eva"}
    desk.later(timedelta(seconds=FIRST))
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"solaris": "boris", "roadside": "eva", "picnic": "anna"}
    assert desk.states() == {}


def test_a_request_without_an_answer_from_an_abis_that_is_gone_ends_the_pass(desk: Any) -> None:
    desk.abis.plan["checkout"] = [Unreachable("answer lost")]
    desk.abis.alive = False
    desk.lends("solaris", "anna")
    desk.lends("roadside", "boris")
    assert desk.outbox.work() == FIRST
    assert [call[3] for call in desk.abis.sent()] == ["solaris"]


def test_what_cannot_be_marked_is_not_sent(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise JournalFault("no room")

    desk.lends("solaris")
    with monkeypatch.context() as patch:
        patch.setattr(desk.journal, "write", full)
        assert desk.outbox.work() == FIRST
    assert desk.abis.sent() == []
    desk.outbox.wake()
    assert desk.outbox.work() is None
    assert desk.abis.loans_of == {"solaris": "anna"}


def test_an_outcome_that_cannot_be_written_is_asked_for_again(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write = desk.journal.write

    def full(entries: Any, moves: Any = ()) -> None:
        if entries:
            raise JournalFault("no room")
        write(entries, moves)

    desk.lends("solaris")
    with monkeypatch.context() as patch:
        patch.setattr(desk.journal, "write", full)
        assert desk.outbox.work() == FIRST
    assert desk.states() == {"solaris": "sending"}
    desk.outbox.wake()
    assert desk.outbox.work() is None
    assert len(desk.abis.sent()) == 1


def test_a_loan_whose_reader_is_not_known_any_more_is_shown(desk: Any) -> None:
    desk.lends("solaris")
    desk.journal._ask(lambda connection: connection.execute("DELETE FROM persons"))
    desk.outbox.work()
    assert desk.told() == [("replay_review", "whose loan it is was forgotten")]


def test_it_runs_in_a_thread_of_its_own_and_hears_of_new_rows_by_itself(desk: Any) -> None:
    empty, done = threading.Event(), threading.Event()
    seen: list[tuple[int, int]] = []

    def on_counts(waiting: int, review: int) -> None:
        seen.append((waiting, review))
        (done if (1, 0) in seen and not waiting else empty).set()

    outbox = Outbox(desk.journal, desk.abis, desk.clock, on_counts)
    outbox.start()
    assert empty.wait(10)
    desk.lends("solaris")
    assert done.wait(10)
    outbox.stop()
    assert seen == [(0, 0), (1, 0), (0, 0)]
    assert desk.abis.loans_of == {"solaris": "anna"}


def test_a_failing_receiver_of_counts_does_not_end_the_thread(desk: Any, caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()

    def on_counts(waiting: int, _: int) -> None:
        if not waiting:
            done.set()
        raise ValueError("screen gone")

    desk.lends("solaris")
    outbox = Outbox(desk.journal, desk.abis, desk.clock, on_counts, backoff=Backoff(chance=lambda: -0.5))
    outbox.start()
    assert done.wait(10)
    outbox.stop()
    assert "rows keep their state" in caplog.text


def test_stopping_leaves_what_waits_where_it_is(desk: Any) -> None:
    desk.lends("solaris")
    desk.outbox.stop()
    desk.outbox.work()
    assert desk.states() == {"solaris": "pending"}
