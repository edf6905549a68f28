"""Staff cards at rest: whose they are, with which PIN, and that the PIN is nowhere to be read."""

import json
import threading
from pathlib import Path

import pytest

from kiosk.domain.ids import CardNumber, Secret, StaffId
from sync.staff_cards import MOST, NotSet, StaffCards

CARD, OTHER = "90000000000017", "90000000000025"
PIN = Secret("739164")
OLGA = StaffId("olga")


@pytest.fixture
def cards(tmp_path: Path) -> StaffCards:
    cards = StaffCards(tmp_path)
    cards.set("olga", CARD, PIN)
    return cards


def test_a_card_and_its_pin_open_and_nothing_else_does(cards: StaffCards) -> None:
    assert cards.whose(CardNumber(CARD)) == OLGA
    assert cards.opens(CardNumber(CARD), PIN) == OLGA
    assert cards.opens(CardNumber(CARD), Secret("739165")) is None
    assert cards.opens(CardNumber(OTHER), PIN) is None
    assert cards.whose(CardNumber(OTHER)) is None


def test_the_pin_stands_nowhere_and_the_file_is_its_owners_alone(cards: StaffCards) -> None:
    told = cards.path.read_text("utf-8")
    assert "739164" not in told
    assert '"scrypt$15$' in told
    assert cards.path.stat().st_mode & 0o777 == 0o600
    assert "739164" not in repr((cards, PIN))


def test_the_same_pin_is_kept_in_two_ways(cards: StaffCards) -> None:
    cards.set("ivan", OTHER, PIN)
    kept = [each["pin"] for each in json.loads(cards.path.read_text("utf-8"))["people"].values()]
    assert kept[0] != kept[1]


def test_another_pin_or_card_takes_the_place_of_the_old_one_at_once(cards: StaffCards, tmp_path: Path) -> None:
    at_the_shell = StaffCards(tmp_path)
    assert not at_the_shell.set("olga", OTHER, Secret("500118"))
    assert cards.whose(CardNumber(CARD)) is None
    assert cards.opens(CardNumber(OTHER), Secret("500118")) == OLGA
    at_the_shell.remove("olga")
    assert cards.opens(CardNumber(OTHER), Secret("500118")) is None
    with pytest.raises(NotSet, match="there is no olga; there are none"):
        at_the_shell.remove("olga")


@pytest.mark.parametrize("pin", ["12345", "1234567890123", "111111", "345678", "876543", "abcdef", "٣٤٥٦٧٩", ""])
def test_a_pin_that_anybody_tries_first_is_not_taken(cards: StaffCards, pin: str) -> None:
    with pytest.raises(NotSet, match="6 to 12 digits"):
        cards.set("ivan", OTHER, Secret(pin))
    assert cards.people() == [OLGA]


@pytest.mark.parametrize("name", ["", " olga", "ol/ga", "x" * 41, "-"])
def test_a_name_that_is_none_is_not_taken(cards: StaffCards, name: str) -> None:
    with pytest.raises(NotSet, match="is no name"):
        cards.set(name, OTHER, PIN)


@pytest.mark.parametrize("card", ["", "123", "1234 5678", "x" * 65, "карта-1"])
def test_a_card_that_no_scanner_tells_is_not_taken(cards: StaffCards, card: str) -> None:
    for take in (lambda: cards.set("ivan", card, PIN), lambda: cards.add_test(card)):
        with pytest.raises(NotSet, match="scan it"):
            take()


def test_a_card_is_one_persons_or_a_test_card(cards: StaffCards) -> None:
    cards.add_test(OTHER)
    assert cards.is_test(CardNumber(OTHER))
    assert not cards.is_test(CardNumber(CARD))
    for take in (lambda: cards.set("ivan", CARD, PIN), lambda: cards.set("ivan", OTHER, PIN)):
        with pytest.raises(NotSet, match="taken"):
            take()
    with pytest.raises(NotSet, match="taken"):
        cards.add_test(CARD)
    cards.remove_test(OTHER)
    assert cards.tests() == []
    with pytest.raises(NotSet, match="no test card"):
        cards.remove_test(OTHER)


def test_there_is_an_end_to_cards(cards: StaffCards) -> None:
    for number in range(MOST):
        cards.add_test(f"test-{number}")
    with pytest.raises(NotSet, match="remove one first"):
        cards.add_test("one-more")
    held = json.loads(cards.path.read_text("utf-8"))
    held["people"] = {f"p{number}": {"card": f"card-{number}", "pin": ""} for number in range(MOST)}
    cards.path.write_text(json.dumps(held), "utf-8")
    with pytest.raises(NotSet, match="remove one first"):
        cards.set("ivan", OTHER, PIN)


@pytest.mark.parametrize("content", ["{broken", "[]", '{"people": {"olga": "x"}, "tests": []}', '{"people": {}}'])
def test_a_file_that_cannot_be_read_opens_to_nobody_and_is_not_written_over(cards: StaffCards, content: str) -> None:
    cards.path.write_text(content, "utf-8")
    assert cards.opens(CardNumber(CARD), PIN) is None
    with pytest.raises(NotSet, match="cannot be read"):
        cards.set("ivan", OTHER, PIN)
    assert cards.path.read_text("utf-8") == content


@pytest.mark.parametrize("kept", ["", "scrypt$zz$00$00", "scrypt$15$zz$00", "other"])
def test_a_hash_that_is_none_matches_no_pin(cards: StaffCards, kept: str) -> None:
    held = {"people": {"olga": {"card": CARD, "pin": kept}}, "tests": []}
    cards.path.write_text(json.dumps(held), "utf-8")
    assert cards.whose(CardNumber(CARD)) == OLGA
    assert cards.opens(CardNumber(CARD), PIN) is None


def test_no_file_at_all_is_nobody(tmp_path: Path) -> None:
    cards = StaffCards(tmp_path / "new")
    assert (cards.people(), cards.tests(), cards.whose(CardNumber(CARD))) == ([], [], None)
    cards.add_test(CARD)
    assert cards.is_test(CardNumber(CARD))


def test_two_who_change_it_at_once_lose_nothing(tmp_path: Path) -> None:
    def add(number: int) -> None:
        StaffCards(tmp_path).add_test(f"test-{number}")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(StaffCards(tmp_path).tests()) == 8
