"""What waits to be asked of the ABIS: its order, and its limits."""

from kiosk.app.waiting import MAX_DESCRIBED, Goodbye, Waiting
from kiosk.domain.ids import CardNumber, ItemId, Secret, SessionId, TxnId
from kiosk.effects import AskAccount, DescribeItem, Identify, RequestCheckin, RequestCheckout

ANNA, HERS, NEXT = CardNumber("20000000002001"), SessionId("s-1"), SessionId("s-2")
WHO = Identify(HERS, ANNA, Secret("739164"))


def all_of(waiting: Waiting) -> list[object]:
    taken = []
    while not waiting.empty:
        taken.append(waiting.get(0))
    return taken


def test_who_somebody_is_comes_before_twenty_titles() -> None:
    waiting = Waiting()
    titles = [DescribeItem(ItemId(str(number))) for number in range(20)]
    for asked in (*titles, WHO):
        waiting.put(asked)
    assert all_of(waiting) == [WHO, *titles]


def test_a_flickering_tag_is_described_once_and_again_once_that_was_done() -> None:
    waiting = Waiting()
    title = DescribeItem(ItemId("1001"))
    assert all(waiting.put(title) for _ in range(1000))
    assert all_of(waiting) == [title]
    assert waiting.put(title)
    assert all_of(waiting) == [title]


def test_a_child_with_the_scanner_does_not_fill_the_memory() -> None:
    waiting = Waiting()
    assert all(waiting.put(DescribeItem(ItemId(str(number)))) for number in range(MAX_DESCRIBED))
    assert not waiting.put(DescribeItem(ItemId("one more")))
    assert waiting.put(WHO)


def test_a_reader_who_left_is_not_asked_about_but_what_changes_a_loan_is_asked() -> None:
    waiting = Waiting()
    lend = RequestCheckout(HERS, TxnId("t-1"), ANNA, ItemId("1001"))
    take = RequestCheckin(HERS, TxnId("t-2"), ItemId("1002"))
    other = AskAccount(NEXT, ANNA)
    for asked in (WHO, AskAccount(HERS, ANNA), lend, take, other):
        waiting.put(asked)
    waiting.end(HERS)
    waiting.put(Goodbye(ANNA))
    assert all_of(waiting) == [Goodbye(ANNA), lend, take, other]


def test_closed_it_gives_nothing_any_more() -> None:
    waiting = Waiting()
    waiting.put(WHO)
    waiting.close()
    assert waiting.get(10) is None
