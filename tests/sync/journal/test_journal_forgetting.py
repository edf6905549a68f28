"""A reader can be forgotten: no byte of the card is left, and the chain still verifies."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.records import Entry, Kind
from kiosk.ports.journal import JournalFault
from sync.journal.delivery import Move, State
from sync.journal.payload import nameless
from sync.journal.values import Verdict

CARD = CardNumber("21234000024172")
SESSION = SessionId("s")
REFUSED = {"reason": f"Card {CARD} is blocked"}


def loan(card: CardNumber, txn: str = "t", item: str = "i", end: Kind = Kind.TAG_DISARMED) -> list[Entry]:
    return [
        Entry(kind, SESSION, TxnId(txn), card, ItemId(item))
        for kind in (Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_APPROVED, end)
    ]


def test_a_forgotten_reader_leaves_no_byte_behind_while_the_station_runs_on(bench: Any) -> None:
    journal = bench.started(ballast=65536)
    journal.write([*loan(CARD), Entry(Kind.CHECKOUT_REFUSED, SESSION, TxnId("u"), CARD, ItemId("j"), data=REFUSED)])
    assert bench.hits(CARD)
    assert journal.forget(CARD).done
    assert bench.hits(CARD) == []
    assert journal.verify() == Verdict(4)
    assert journal.receipts_owed(CARD) == ()
    journal.write(loan(CARD, "v"))
    assert len({row.person for row in journal.rows()}) == 2  # a stranger from now on


def test_forgetting_somebody_never_met_is_done_already(bench: Any) -> None:
    assert bench.started().forget(CARD).done


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.UNKNOWN, State.REVIEW])
def test_a_reader_with_unconfirmed_loans_is_not_forgotten_and_it_is_said_why(bench: Any, state: State) -> None:
    journal = bench.started()
    journal.write([Entry(Kind.LENT_OFFLINE, SESSION, TxnId("t"), CARD, ItemId("i"))])
    journal.write([], [Move(1, state)])
    told = journal.forget(CARD)
    assert not told.done
    assert "1 loans or returns of this reader are not yet confirmed" in told.sentence
    assert journal.deliveries()[0].card == CARD
    journal.write([], [Move(1, State.DONE)])
    assert journal.forget(CARD).done
    assert bench.hits(CARD) == []


@pytest.mark.parametrize("kind", [Kind.CHECKOUT_INTENDED, Kind.CHECKOUT_UNKNOWN, Kind.RENEW_INTENDED])
def test_a_reader_whose_request_has_no_answer_is_not_forgotten(bench: Any, kind: Kind) -> None:
    journal = bench.started()
    journal.write([Entry(kind, SESSION, TxnId("t"), CARD, ItemId("i"))])
    journal.write([Entry(Kind.CHECKOUT_INTENDED, SESSION, TxnId("other"), CardNumber("other"), ItemId("i"))])
    assert "1 requests of this reader have had no answer" in journal.forget(CARD).sentence
    end = Kind.RENEW_UNKNOWN if kind is Kind.RENEW_INTENDED else Kind.CHECKOUT_REFUSED
    journal.write([Entry(end, SESSION, TxnId("t"), CARD, ItemId("i"))])
    assert journal.forget(CARD).done


def test_a_return_without_a_card_does_not_hold_the_last_borrower(bench: Any) -> None:
    """It is kept in that reader's lane by the random reference alone."""
    journal = bench.started()
    journal.write(loan(CARD))
    journal.write([Entry(Kind.RETURNED_OFFLINE, SESSION, TxnId("u"), None, ItemId("i"))])
    row = journal.deliveries()[0]
    assert (row.card, row.lane) == (None, journal.rows()[0].person)
    assert journal.forget(CARD).done


@pytest.mark.slow
@given(seed=st.integers(0, 2**32), number=st.integers(1, 120))
def test_forgetting_any_of_many_leaves_no_byte_of_them_and_every_byte_of_the_others(
    new_bench: Callable[[], Any], seed: int, number: int
) -> None:
    """Enough readers for pages to split: SQLite leaves copies of cells behind when it moves them."""
    chance = random.Random(seed)
    cards = [CardNumber(str(chance.randrange(10**13, 10**14))) for _ in range(number)]
    with new_bench() as bench:
        journal = bench.started()
        for at in range(0, number, 40):
            journal.write([entry for card in cards[at : at + 40] for entry in loan(card, f"t-{cards.index(card)}")])
        gone = set(chance.sample(cards, chance.randint(1, min(number, 5))))
        for card in gone:
            assert journal.forget(card).done
        for _ in range(2):
            content = b"".join(each.read_bytes() for each in bench.folder.iterdir())
            assert [card for card in cards if (card.encode() in content) == (card in gone)] == []
            assert journal.verify() == Verdict(3 * number)
            journal.close()
            journal = bench.started()


@pytest.mark.slow
def test_a_card_that_sqlite_left_a_copy_of_is_forgotten_with_its_copy(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is split keeps the cells that moved away, in room it holds for free: deleting does not reach them."""
    chance = random.Random(5)
    monkeypatch.setattr("sync.journal.store.secrets.token_hex", lambda _: f"{chance.randrange(2**64):016x}")
    cards: list[CardNumber] = []
    copied: list[CardNumber] = []
    while not copied:
        assert len(cards) < 30_000, "this SQLite leaves no copies: then the table need not be rewritten"
        more = [CardNumber(str(chance.randrange(10**13, 10**14))) for _ in range(2000)]
        journal = bench.started()
        for at in range(0, 2000, 50):
            journal.write([Entry(Kind.SESSION_STARTED, card=card) for card in more[at : at + 50]])
        journal.close()
        cards += more
        content = bench.path.read_bytes()
        copied = [card for card in cards if content.count(card.encode()) > 2]  # once in the table, once in its index
    journal = bench.started()
    assert all(journal.forget(card).done for card in copied)
    assert [card for card in copied if bench.hits(card)] == []
    assert journal.verify() == Verdict(len(cards))


@pytest.mark.parametrize("step", ["erasing", "erased", "truncated"])
def test_a_forgetting_that_was_cut_off_is_whole_after_the_next_start(bench: Any, step: str) -> None:
    """Either nothing was forgotten, or no byte is left: the start finishes what was begun."""

    def fails(name: str) -> None:
        if name == step:
            raise OSError("cut off")

    journal = bench.started(step=fails)
    journal.write(loan(CARD))
    with pytest.raises(JournalFault, match="cut off"):
        journal.forget(CARD)
    journal.close()
    again = bench.started()
    assert again.verify() == Verdict(3)
    known = bool(again.receipts_owed(CARD))
    assert known == (step == "erasing")
    assert bool(bench.hits(CARD)) == known


ANNA_SAYS = {"reason": "OTHER", "said": f"Лебедевой Анне ({CARD}): зайдите на кафедру"}


@pytest.mark.parametrize("key", ["said", "raw"])
def test_what_others_said_never_becomes_part_of_a_row(bench: Any, key: str) -> None:
    journal = bench.started()
    data = {"reason": "OTHER", key: ANNA_SAYS["said"]}
    journal.write([Entry(Kind.CHECKOUT_REFUSED, SESSION, TxnId("u"), CARD, ItemId("j"), data=data)])
    (row,) = journal.rows()
    assert row.data == {"reason": "OTHER"}
    assert journal.remarks([TxnId("u"), TxnId("t")]) == {"u": "Лебедевой Анне ([card]): зайдите на кафедру"}


@pytest.mark.parametrize("whose", [CARD, None, CardNumber("somebody else's")])
def test_forgetting_removes_what_others_said_beside_anybodys_row(bench: Any, whose: CardNumber | None) -> None:
    """A text that came with Boris's row, or with nobody's, may name Anna."""
    journal = bench.started()
    journal.write([*loan(CARD), Entry(Kind.CHECKIN_REFUSED, SESSION, TxnId("u"), whose, ItemId("j"), data=ANNA_SAYS)])
    assert bench.hits("Лебедевой")
    assert journal.forget(CARD).done
    assert bench.hits("Лебедев") == bench.hits(CARD) == []
    assert journal.remarks([TxnId("u")]) == {}
    assert journal.verify() == Verdict(4)


def test_no_more_is_kept_than_anybody_reads(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.journal.remarks.KEPT", 3)
    journal = bench.started()
    txns = [TxnId(str(number)) for number in range(5)]
    for txn in txns:
        data = {"said": f"{txn} " + "ж" * 2000}
        journal.write([Entry(Kind.CHECKIN_REFUSED, SESSION, txn, None, ItemId("j"), data=data)])
    kept = journal.remarks(txns)
    assert list(kept) == ["2", "3", "4"]
    assert {len(words) for words in kept.values()} == {500}


@pytest.mark.parametrize("text", [
    "Лебедева Анна Сергеевна: карточка заблокирована", "Уважаемая АННА СЕРГЕЕВНА!", "Выдано Лебедевой А. С.",
    "лебедевой анне отказано", "Анну Сергеевну ждут", "книга у Лебедевой",
])  # fmt: skip
def test_a_name_is_taken_out_in_any_case_and_declension(text: str) -> None:
    left = nameless(text, "Лебедева Анна Сергеевна").casefold()
    assert [word for word in ("лебед", "анн", "серге") if word in left] == []


@pytest.mark.parametrize(("text", "name", "left"), [
    ("Card blocked for O'Brien, Pat", "Pat O'Brien", "Card blocked for O'[name], [name]"),
    ("Яну и Юле в январе", "Ян Ли", "[name] и Юле в январе"),
    ("Яну и Юле в январе", "Юля", "Яну и [name] в январе"),
    ("nothing to hide", "", "nothing to hide"),
    ("a.b", ".*", "a.b"),
])  # fmt: skip
def test_only_the_name_is_taken_out(text: str, name: str, left: str) -> None:
    assert nameless(text, name) == left


@given(text=st.text(max_size=200), name=st.text(max_size=60))
def test_any_text_and_any_name_can_be_handled_and_no_long_word_of_the_name_is_left(text: str, name: str) -> None:
    left = nameless(f"{text} {name}", name)
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", left)}
    assert not {word.casefold() for word in name.split() if re.fullmatch(r"[a-zа-я]{2,}", word)} & words - {"name"}
