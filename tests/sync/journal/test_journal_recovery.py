"""Power lost in mid-transaction: every way a transaction can be cut off, and what the next start does about it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId
from kiosk.domain.items import ItemInfo, Standing
from kiosk.domain.records import Entry, Kind
from sync.journal.recovery import (
    BARRED,
    DECISIVE,
    ENDS,
    PROMISES,
    TAG_OWED,
    UNANSWERED,
    Action,
    ArmWhenSeen,
    AskWhoHolds,
    CloseOvertaken,
    CloseRenewal,
    DisarmWhenSeen,
    OfferReceipt,
    TakeBack,
    TellStaff,
    recover,
    settled,
)

CARD = CardNumber("21234000024172")
ITEM = ItemId("30234000517861")
OTHER = ItemId("30234000517862")
SESSION = SessionId("s1")
TXN = TxnId("t1")
TAG = TagUid("E004015012345678")

ASK_LOAN = AskWhoHolds(TXN, SESSION, ITEM, CARD, lending=True)
ASK_RETURN = AskWhoHolds(TXN, SESSION, ITEM, CARD, lending=False)
THEIRS, KEPT = replace(ASK_LOAN, theirs=True), replace(ASK_RETURN, theirs=True)
NO_LOAN = CloseOvertaken(TXN, SESSION, ITEM, CARD, Kind.CHECKOUT_NOT_SENT)
NO_RETURN = CloseOvertaken(TXN, SESSION, ITEM, CARD, Kind.CHECKIN_NOT_SENT)
DISARM = DisarmWhenSeen(TXN, ITEM, None)
DISARM_TAG = DisarmWhenSeen(TXN, ITEM, TAG)
ARM = ArmWhenSeen(TXN, ITEM, None)
ARM_TAG = ArmWhenSeen(TXN, ITEM, TAG)
TAKE_BACK = TakeBack(TXN, SESSION, ITEM, CARD)
OFFER = OfferReceipt(SESSION, CARD)
CLOSE = CloseRenewal(TXN, SESSION, ITEM, CARD)

OUT, IN, AGAIN = "checkout_", "checkin_", "renew_"
TABLE: dict[str, list[Action]] = {
    # a loan, cut off ever later
    f"{OUT}intended": [ASK_LOAN],
    f"{OUT}intended {OUT}unknown": [ASK_LOAN],
    f"{OUT}intended {OUT}not_sent": [],
    f"{OUT}intended {OUT}refused": [],
    f"{OUT}intended {OUT}approved": [DISARM, OFFER],
    f"{OUT}intended {OUT}approved tag_not_written:tag": [DISARM_TAG, OFFER],
    f"{OUT}intended {OUT}approved:tag": [DISARM_TAG, OFFER],
    f"{OUT}intended {OUT}approved:tag tag_disarmed:tag": [OFFER],
    f"{OUT}intended {OUT}approved:tag tag_disarmed:tag receipt_printed": [],
    f"{OUT}intended {OUT}approved:tag tag_disarmed:tag receipt_failed": [OFFER],
    f"{OUT}intended {OUT}approved:tag tag_disarmed:tag receipt_failed session_ended": [OFFER],
    f"{OUT}intended {OUT}approved:tag tag_disarmed:tag receipt_failed session_ended receipt_printed": [],
    f"{OUT}intended {OUT}approved:tag tag_disarmed:tag session_ended": [],
    # the session ended in order with the tag still armed
    f"{OUT}intended {OUT}approved session_ended": [],
    f"{OUT}intended {OUT}approved:tag session_ended": [DISARM_TAG],
    f"{OUT}intended {OUT}approved tag_not_written:tag session_ended": [DISARM_TAG],
    f"{OUT}intended {OUT}approved receipt_printed": [DISARM],
    # an answer after the reader left is as good as any
    f"{OUT}intended session_ended": [ASK_LOAN],
    f"{OUT}intended session_ended {OUT}approved:tag": [DISARM_TAG],
    f"{OUT}intended session_ended {OUT}refused": [],
    # its answer called it too old for its reader: no tag is opened, no receipt offered, and it goes back
    f"{OUT}intended {OUT}approved:barred": [TAKE_BACK],
    f"{OUT}intended {OUT}approved:barred tag_armed:tag": [TAKE_BACK],
    f"{OUT}intended {OUT}approved:barred tag_not_written:tag": [TAKE_BACK],
    f"{OUT}intended session_ended {OUT}approved:barred": [TAKE_BACK],
    f"{OUT}intended {OUT}approved:barred >{IN}intended": [TAKE_BACK],
    f"{OUT}intended {OUT}approved:barred >{IN}accepted": [],
    f"{OUT}intended {OUT}approved:barred >returned_offline": [],
    f"{OUT}intended {OUT}approved:barred returned_offline:tag": [ARM_TAG],
    f"{OUT}intended {OUT}approved:barred tag_armed:tag returned_offline:tag tag_armed:tag": [],
    f"{OUT}intended {OUT}approved:barred returned_offline session_ended replay_confirmed": [ARM_TAG],
    f"{OUT}intended {OUT}approved:barred session_ended ={OUT}refused:yours": [],
    # asked a second time under the same transaction: a fee that was accepted
    f"{OUT}intended {OUT}refused {OUT}intended": [ASK_LOAN],
    f"{OUT}intended {OUT}refused {OUT}intended {OUT}approved": [DISARM, OFFER],
    # lent offline: the ABIS is the outbox's business
    f"{OUT}intended {OUT}not_sent lent_offline": [DISARM, OFFER],
    f"{OUT}intended {OUT}unknown lent_offline": [DISARM, OFFER],
    f"{OUT}intended {OUT}unknown lent_offline:tag tag_disarmed:tag": [OFFER],
    f"{OUT}intended {OUT}not_sent lent_offline:tag session_ended replay_confirmed": [DISARM_TAG],
    f"{OUT}intended {OUT}not_sent lent_offline:tag tag_disarmed:tag session_ended replay_confirmed": [],
    f"{OUT}intended {OUT}not_sent lent_offline:tag session_ended replay_refused": [],
    f"{OUT}intended {OUT}not_sent lent_offline:tag session_ended replay_review": [],
    # a loan after a return for the reader who had it, in one transaction
    f"{OUT}intended {IN}accepted {OUT}approved:tag": [DISARM_TAG, OFFER],
    # the tag was written although nobody wrote down the answer: nothing is left to do
    f"{OUT}intended tag_disarmed:tag": [],
    # its reader was told since that it is theirs: asked for again, renewed, its tag opened
    f"{OUT}intended ={OUT}refused:yours": [THEIRS],
    f"{OUT}intended ={OUT}refused": [ASK_LOAN],
    f"{OUT}intended >{OUT}refused:yours": [ASK_LOAN],
    f"{OUT}intended {OUT}unknown =tag_disarmed:tag": [THEIRS],
    f"{OUT}intended ={AGAIN}approved": [THEIRS],
    f"{OUT}intended >{AGAIN}approved": [ASK_LOAN],
    # lent or returned here since: later rows tell where it is
    f"{OUT}intended >{OUT}approved": [NO_LOAN],
    f"{OUT}intended {OUT}unknown >returned_offline": [NO_LOAN],
    f"{IN}intended >{OUT}approved": [NO_RETURN],
    f"{IN}intended {IN}unknown >{IN}accepted": [NO_RETURN],
    # a return of what was taken off the list, told as failed: its tag was opened again
    f"{IN}intended tag_disarmed:tag": [KEPT],
    f"{IN}intended {IN}unknown tag_disarmed:tag session_ended": [KEPT],
    f"{IN}intended tag_disarmed:tag tag_disarmed:tag >{OUT}approved": [NO_RETURN],
    f"{IN}intended {IN}refused tag_disarmed:tag": [],
    f"{IN}intended {IN}not_sent tag_disarmed:tag": [],
    # undone by the outbox: the return stands here, and its tag is armed when it is seen
    f"{OUT}intended session_ended returned_offline": [],
    f"{OUT}intended:tag session_ended returned_offline": [ARM_TAG],
    f"{IN}intended tag_disarmed:tag session_ended lent_offline": [DISARM_TAG],
    # lent again or returned since: its tag is somebody else's business
    f"{OUT}intended {OUT}approved:tag session_ended >{IN}accepted": [],
    f"{OUT}intended {OUT}approved:tag session_ended >{OUT}approved": [],
    f"{OUT}intended {OUT}approved:tag session_ended >returned_offline": [],
    f"{OUT}intended {OUT}approved:tag session_ended >{IN}intended": [DISARM_TAG],
    f"{OUT}intended {OUT}approved:tag >{IN}accepted tag_not_written:tag": [OFFER],
    # a return
    f"{IN}intended": [ASK_RETURN],
    f"{IN}intended {IN}unknown": [ASK_RETURN],
    f"{IN}intended {IN}not_sent": [],
    f"{IN}intended {IN}refused": [],
    f"{IN}intended {IN}accepted": [ARM],
    f"{IN}intended {IN}accepted:tag session_ended": [ARM_TAG],
    f"{IN}intended {IN}accepted session_ended": [],
    f"{IN}intended {IN}accepted tag_not_written:tag": [ARM_TAG],
    f"{IN}intended {IN}accepted:tag tag_armed:tag": [],
    f"{IN}intended {IN}not_sent returned_offline": [ARM],
    f"{IN}intended {IN}unknown returned_offline:tag session_ended": [ARM_TAG],
    f"{IN}intended {IN}unknown returned_offline:tag tag_armed:tag": [],
    f"{IN}intended {IN}accepted:tag >{OUT}approved": [],
    # a renewal
    f"{AGAIN}intended": [CLOSE],
    f"{AGAIN}intended session_ended": [CLOSE],
    f"{AGAIN}intended {AGAIN}approved": [OFFER],
    f"{AGAIN}intended {AGAIN}approved receipt_printed": [],
    f"{AGAIN}intended {AGAIN}approved session_ended": [],
    f"{AGAIN}intended {AGAIN}refused": [],
    f"{AGAIN}intended {AGAIN}unknown": [],
    f"{AGAIN}intended {AGAIN}not_sent": [],
    # nothing begun
    "session_started session_ended": [],
    "tag_not_written:tag": [],
    "receipt_failed": [],
}


def entry(word: str) -> Entry:
    """`kind`, `kind:tag` names its tag, `>kind` is somebody else's transaction with the same item, `=kind` a later one
    of the same reader; `kind:yours` says that it is that reader's already."""
    name, _, tag = word.partition(":")
    kind = Kind(name.lstrip(">="))
    if name[0] in ">=":
        card = None if kind is Kind.TAG_DISARMED else CARD if name[0] == "=" else CardNumber("another")
        data = {"reason": "ALREADY_YOURS" if tag == "yours" else "LIMIT_REACHED"} if kind.endswith("refused") else {}
        return Entry(kind, SessionId("later"), TxnId("t2"), card, ITEM, TAG if tag == "tag" else None, data)
    if name.startswith(("session", "receipt", "station")):
        return Entry(kind, SESSION)
    data = {BARRED: True} if tag == "barred" else {}
    return Entry(kind, SESSION, TXN, CARD, ITEM, TAG if tag else None, data)


def found(bench: Any, story: str) -> list[Action]:
    """Play a story, cut the power, start again, and return what recovery wants of the story's own transaction."""
    journal = bench.started()
    for word in story.split():
        journal.write([entry(word)])
    journal.close()
    actions = recover(bench.started().open_transactions())
    return [
        each for each in actions if getattr(each, "txn", TXN) == TXN and getattr(each, "session", SESSION) == SESSION
    ]


@pytest.mark.parametrize("story", TABLE)
def test_what_a_start_does_about_a_transaction_cut_off_here(bench: Any, story: str) -> None:
    assert found(bench, story) == TABLE[story]


def test_the_table_knows_every_kind_that_decides() -> None:
    told = {word.partition(":")[0].lstrip(">=") for story in TABLE for word in story.split()}
    assert {str(kind) for kind in DECISIVE} <= told | {Kind.TAG_ARMED}
    assert not (UNANSWERED & ENDS) | (UNANSWERED & TAG_OWED) | (ENDS & TAG_OWED)


def test_every_kind_a_transaction_may_hold_was_thought_of() -> None:
    """A new kind must be put where it belongs, or be known to decide nothing."""
    silent = {
        Kind.STATION_STARTED,
        Kind.STATION_STOPPED,
        Kind.SESSION_STARTED,
        Kind.SESSION_ENDED,
        Kind.RECEIPT_PRINTED,
        Kind.RECEIPT_FAILED,
        Kind.REPLAY_CONFIRMED,
        Kind.REPLAY_RETRIED,
        Kind.REPLAY_DISMISSED,
        Kind.STAFF_CALLED,
        Kind.STAFF_CAME,
        Kind.STAFF_LEFT,
        Kind.STAFF_REFUSED,
        Kind.STAFF_DID,
        Kind.STATION_CLOSED,
        Kind.STATION_OPENED,
        Kind.TRIAL_VISIT,
        Kind.ATTENTION_DONE,
        Kind.RECEIPT_TO_MAIL,
        Kind.CLOCK_CHANGED,
        Kind.SET_INCOMPLETE,
        Kind.DAMAGED,
        Kind.STRIP_OPENED,
        Kind.STRIP_CLOSED,
        Kind.STRIP_NOT_SLID,
        Kind.COUNT_AGREES,
        Kind.COUNT_DIFFERS,
        Kind.COUNT_NOT_TOLD,
        Kind.JOURNAL_ANSWERS,
    }
    assert set(Kind) == DECISIVE | silent


def test_several_books_of_one_session_owe_one_receipt_in_order(bench: Any) -> None:
    journal = bench.started()
    for number in (1, 2, 3):
        own = {"session": SESSION, "txn": TxnId(f"t{number}"), "card": CARD, "item": ItemId(f"i{number}")}
        journal.write([Entry(Kind.CHECKOUT_INTENDED, **own), Entry(Kind.CHECKOUT_APPROVED, **own)])
    actions = recover(journal.open_transactions())
    assert [type(each).__name__ for each in actions] == ["DisarmWhenSeen", "OfferReceipt"] + ["DisarmWhenSeen"] * 2
    (owed,) = journal.receipts_owed(CARD)
    assert (owed.session, owed.card) == (SESSION, CARD)
    assert [row.item for row in owed.rows] == ["i1", "i2", "i3"]
    journal.write([Entry(Kind.RECEIPT_PRINTED, SESSION)])
    assert journal.receipts_owed(CARD) == ()
    assert len(recover(journal.open_transactions())) == 3


def test_a_receipt_is_owed_to_the_one_who_took_the_books(bench: Any) -> None:
    journal = bench.started()
    journal.write([Entry(Kind.CHECKOUT_APPROVED, SESSION, TXN, CARD, ITEM)])
    assert journal.receipts_owed(CardNumber("somebody")) == ()
    assert len(journal.receipts_owed(CARD)) == 1


def test_after_the_reader_was_forgotten_the_loan_stands_and_no_card_is_named(bench: Any) -> None:
    journal = bench.started()
    journal.write([entry(f"{OUT}intended"), entry(f"{OUT}approved:tag"), entry("tag_disarmed:tag")])
    assert journal.forget(CARD).done
    assert recover(journal.open_transactions()) == [OfferReceipt(SESSION, None)]


def test_a_reader_is_not_forgotten_while_a_loan_that_must_not_stand_is_still_to_be_undone(bench: Any) -> None:
    journal = bench.started()
    journal.write([entry(f"{OUT}approved:barred"), entry("tag_armed:tag")])
    assert not journal.forget(CARD).done
    journal.write([Entry(Kind.CHECKIN_ACCEPTED, SESSION, TxnId("t2"), None, ITEM)])
    assert journal.forget(CARD).done


def test_a_transaction_without_an_item_is_shown_to_staff(bench: Any) -> None:
    journal = bench.started()
    journal.write([Entry(Kind.CHECKOUT_INTENDED, SESSION, TXN, CARD)])
    assert recover(journal.open_transactions()) == [TellStaff(TXN, "its rows name no item")]


def test_recovering_twice_is_the_same_as_once(bench: Any) -> None:
    journal = bench.started()
    journal.write([entry(f"{OUT}intended")])
    first = recover(journal.open_transactions())
    journal.close()
    assert recover(bench.started().open_transactions()) == first


DUE = date(2026, 12, 12)
HERS, NOT_HERS = frozenset({ITEM, OTHER}), frozenset({OTHER})


@pytest.mark.parametrize(
    ("ask", "standing", "loans", "kind"),
    [
        (ASK_LOAN, Standing.ON_LOAN, HERS, Kind.RETURNED_OFFLINE),
        (ASK_LOAN, Standing.AVAILABLE, HERS, Kind.RETURNED_OFFLINE),
        (THEIRS, Standing.ON_LOAN, HERS, Kind.CHECKOUT_APPROVED),
        (THEIRS, Standing.ON_LOAN, NOT_HERS, Kind.CHECKOUT_NOT_SENT),
        (ASK_LOAN, Standing.ON_LOAN, NOT_HERS, Kind.CHECKOUT_NOT_SENT),
        (ASK_LOAN, Standing.AVAILABLE, NOT_HERS, Kind.CHECKOUT_NOT_SENT),
        (ASK_LOAN, Standing.ON_LOAN, None, Kind.CHECKOUT_NOT_SENT),
        (ASK_RETURN, Standing.ON_LOAN, HERS, Kind.CHECKIN_NOT_SENT),
        (ASK_RETURN, Standing.ON_LOAN, NOT_HERS, Kind.CHECKIN_ACCEPTED),
        (ASK_RETURN, Standing.AVAILABLE, NOT_HERS, Kind.CHECKIN_ACCEPTED),
        (ASK_RETURN, Standing.ON_LOAN, None, Kind.CHECKIN_NOT_SENT),
        (ASK_RETURN, Standing.AVAILABLE, None, Kind.CHECKIN_ACCEPTED),
        (ASK_RETURN, Standing.IN_TRANSIT, None, Kind.CHECKIN_ACCEPTED),
        (KEPT, Standing.ON_LOAN, HERS, Kind.CHECKIN_NOT_SENT),
        (KEPT, Standing.AVAILABLE, NOT_HERS, Kind.LENT_OFFLINE),
        (replace(KEPT, card=None), Standing.AVAILABLE, None, Kind.CHECKIN_ACCEPTED),
    ],
)
def test_what_the_abis_says_ends_the_question(
    bench: Any, ask: AskWhoHolds, standing: Standing, loans: frozenset[ItemId] | None, kind: Kind
) -> None:
    answer = settled(ask, ItemInfo(ITEM, "Солярис", standing=standing, due=DUE), loans)
    assert (answer.kind, answer.txn, answer.session, answer.item, answer.card) == (kind, TXN, SESSION, ITEM, ask.card)
    more = {"unknown": True} if answer.kind in PROMISES else {}
    more |= {"theirs": True} if ask.theirs else {}
    assert answer.data == {"recovered": True, "title": "Солярис", "due": "2026-12-12", **more}
    journal = bench.started()
    journal.write([entry(f"{OUT}intended" if ask.lending else f"{IN}intended")])
    journal.write([answer])
    assert not [each for each in recover(journal.open_transactions()) if isinstance(each, AskWhoHolds)]
