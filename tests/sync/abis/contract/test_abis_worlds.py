"""That nothing of the contract suite vanishes unseen: who plays what, and that every world has what it declares.

A story that a world cannot play is not told there at all, so there is no skip to look at. Instead the table below says
how often each story is told in each world: a story that is lost, or gained, is a line of it that changes.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from inspect import signature
from itertools import count
from pathlib import Path

import pytest

from kiosk.domain.ids import CardNumber, Secret, TxnId
from kiosk.domain.items import Returned, Standing
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.refusal import Reason, Refusal
from tests.sync.abis.contract import test_abis_contract
from tests.sync.abis.contract.casting import Story, needed, played
from tests.sync.abis.contract.small_library import CARDS, ITEMS
from tests.sync.abis.contract.worlds import WORLDS, Can, World
from tests.sync.still import NOON

STORIES: dict[str, Story] = {
    name.removeprefix("test_"): story
    for name, story in vars(test_abis_contract).items()
    if name.startswith("test_") and "world" in signature(story).parameters
}
COLUMNS = "local, sip2-utf-8, sip2-cp1251, sip2-cp866-unchecked, sip2-standard, recorded-koha, recorded-invenio, pysip2"
TABLE = """
an_item_on_the_shelf                                                      1  1  1  1  1  1  1  1
author_and_age_mark                                                       1  1  1  1  .  .  .  .
an_item_nobody_knows                                                      1  1  1  1  1  1  1  1
an_item_on_loan_tells_until_when                                          1  1  1  1  1  .  .  1
an_item_on_the_hold_shelf_and_one_for_use_here_only                       1  1  1  1  1  .  .  .
a_reader_with_the_right_pin                                               1  1  1  1  1  1  1  1
birth_date_first_name_and_limit                                           1  1  1  1  .  1  .  .
no_pin_at_all_opens_nothing                                               1  1  1  1  1  1  1  1
a_wrong_pin_opens_nothing                                                 1  1  1  1  1  .  .  1
a_card_alone_opens_where_no_pin_is_asked                                  1  1  1  1  1  .  .  .
another_card_of_the_same_reader_is_answered_with_the_canonical_one        1  1  1  1  1  .  .  .
a_card_that_opens_nothing                                                 4  4  4  4  4  .  .  1
the_end_of_a_session_harms_nobody                                         1  1  1  1  1  1  1  1
a_book_is_lent_and_is_among_the_readers_loans                             1  1  1  1  1  1  1  1
a_lent_book_is_on_loan_until_its_due_date                                 1  1  1  1  1  .  .  1
a_loan_tells_author_mark_and_renewals                                     1  1  1  1  .  .  .  .
an_unknown_book_is_not_lent                                               1  1  1  1  1  1  1  1
nothing_is_lent_to_an_unknown_card                                        1  1  1  1  1  1  .  1
what_another_reader_has_stays                                             1  1  1  1  1  .  .  1
what_is_yours_already_is_never_lent_twice                                 1  1  1  1  1  1  1  1
a_book_stays_here_with_its_reason                                        10 10 10 10 10  .  .  .
a_marked_book_goes_to_a_grown_reader                                      1  1  1  1  1  .  .  .
a_held_book_goes_to_who_waits_for_it                                      1  1  1  1  1  .  .  .
a_fee_is_asked_first_and_accepted_then                                    1  1  1  1  1  .  .  .
a_book_comes_back                                                         1  1  1  1  1  1  1  1
a_book_that_nobody_had_is_taken_back_all_the_same                         1  1  1  1  .  1  1  1
a_book_nobody_knows_is_not_taken_back                                     1  1  1  1  1  1  1  1
a_returned_book_that_somebody_waits_for_goes_to_the_hold_shelf            1  1  1  1  1  .  .  .
a_returned_book_of_another_branch_travels                                 1  1  1  1  1  .  .  .
one_return_makes_room_for_one_loan                                        1  1  1  1  1  .  .  .
a_loan_is_renewed                                                         1  1  1  1  1  1  1  1
a_loan_that_is_not_renewed_keeps_its_due_date                             5  5  5  5  5  .  .  1
loans_with_titles_and_dates                                               1  1  1  1  1  .  .  1
holds_ready_and_waiting                                                   1  1  1  1  1  .  .  .
what_is_owed                                                              1  1  1  1  1  .  .  .
what_is_said                                                              1  1  1  1  .  .  .  .
a_reader_who_is_turned_away_still_has_an_account                          1  1  1  1  1  .  .  .
what_became_of_a_change_is_found_out                                      1  1  1  1  1  .  .  1
whatever_is_scanned_is_an_answer_and_never_a_fault                       15 15 15 15 15  .  . 15
a_sign_of_life                                                            1  1  1  1  1  1  1  1
after_closing_nothing_is_done                                             1  1  1  1  1  1  1  1
"""


def test_every_story_is_told_as_often_as_the_table_says() -> None:
    assert ", ".join(WORLDS) == COLUMNS
    assert _table() == TABLE.strip()


def test_the_built_in_store_plays_everything() -> None:
    everything = {"local", "sip2-utf-8", "sip2-cp1251", "sip2-cp866-unchecked"}
    assert {name for name, declared in WORLDS.items() if declared.provides == {*CARDS, *ITEMS, *Can}} == everything


def test_every_need_is_met_in_some_world_and_every_offer_is_wanted() -> None:
    offered = frozenset().union(*(declared.provides for declared in WORLDS.values()))
    wanted = frozenset().union(*(needed(story) for story in STORIES.values()))
    assert {name: needed(story) - offered for name, story in STORIES.items() if needed(story) - offered} == {}
    assert offered - wanted == {Can.REASONS, Can.REFERENCE}, "these two only sharpen what a story expects"


def _table() -> str:
    lines = []
    for name, story in STORIES.items():
        counts = Counter(one.world for one in played(story))
        lines.append(f"{name:<72}" + "".join(f"{counts[world] or '.':>3}" for world in WORLDS))
    return "\n".join(lines)


# --- what a world declares is there ------------------------------------------------------------------

PINS = {"ANNA": "1234", "OTHER": "4321"}
SHELVED = dict.fromkeys(("FREE", "FREE2", "PAID", "FOREIGN", "AWAY", "ADULT", "ADULT2"), Standing.AVAILABLE)
LENT = {"MINE": "ANNA", "LATE": "ANNA", "OTHERS": "OTHER", "ONCE": "OTHER", "WANTED": "OTHER", "LAST": "FULL"}
STANDINGS = {
    **SHELVED,
    **dict.fromkeys(LENT, Standing.ON_LOAN),
    "HELD": Standing.ON_HOLD_SHELF,
    "READING": Standing.REFERENCE_ONLY,
    "NOTHING": Standing.UNKNOWN,
}
CLOSED = {"EXPIRED", "BLOCKED", "LOST"}


@pytest.fixture(params=WORLDS)
def any_world(request: pytest.FixtureRequest, tmp_path: Path, filled: bytes) -> Iterator[World]:
    """A world by itself, which may be asked for all that it declares."""
    declared = WORLDS[request.param]
    with declared.build(tmp_path, filled) as abis:
        yield World(request.param, abis, declared, declared.provides)


def test_every_book_that_a_world_declares_stands_as_its_name_says(any_world: World) -> None:
    for part in any_world.declared.items:
        standing = any_world.abis.item_info(any_world.item(part)).standing
        wanted = STANDINGS[part] if part != "READING" or any_world.has(Can.REFERENCE) else Standing.OTHER
        assert standing is wanted, part
        if part in LENT and any_world.has(LENT[part]):
            assert any_world.item(part) in any_world.abis.loans(any_world.card(LENT[part])), part


def test_every_reader_that_a_world_declares_is_there(any_world: World) -> None:
    abis = any_world.abis
    for part in any_world.declared.cards:
        if part == "NOBODY":
            answer = abis.checkout(_txn(), any_world.card(part), any_world.item("FREE"), NOON)
            assert isinstance(answer, Refusal)
        else:
            pin = Secret(PINS[part]) if part in PINS else None
            assert isinstance(abis.identify(any_world.card(part), pin), Refusal if part in CLOSED else Patron), part


_numbers = count()


def _txn() -> TxnId:
    return TxnId(f"{next(_numbers)}")


def _says_that_nobody_had_it(world: World) -> bool:
    """Told as it was recorded: lent, returned, and returned once more."""
    world.abis.checkout(_txn(), world.card("ANNA"), world.item("FREE"), NOON)
    for _ in range(2):
        back = world.abis.checkin(_txn(), world.item("FREE"), NOON)
    return isinstance(back, Returned) and back.was_on_loan is False


def _account(world: World) -> Account:
    answer = world.abis.account(world.card("ANNA"))
    return answer if isinstance(answer, Account) else Account()


def _patron(world: World, card: str = "", pin: str = "1234") -> Patron | None:
    answer = world.abis.identify(CardNumber(card or world.card("ANNA")), Secret(pin))
    return answer if isinstance(answer, Patron) else None


def _names_reasons(world: World) -> bool:
    answers = {world.abis.checkin(_txn(), world.item("NOTHING"), NOON): Reason.UNKNOWN_ITEM}
    if world.has("OTHERS"):
        answers[world.abis.renew(_txn(), world.card("ANNA"), world.item("OTHERS"), NOON)] = Reason.ON_LOAN_TO_OTHER
    return all(isinstance(answer, Refusal) and answer.reason is reason for answer, reason in answers.items())


IN_EVERY_ANSWER: dict[Can, Callable[[World], bool]] = {
    Can.REASONS: _names_reasons,
    Can.AUTHORS: lambda world: bool(world.abis.item_info(world.item("FREE")).author),
    Can.FIRST_NAMES: lambda world: bool(patron := _patron(world)) and bool(patron.first_name and patron.birth),
    Can.NOT_ON_LOAN: _says_that_nobody_had_it,
}
OPEN_TO_QUESTIONS = [name for name, declared in WORLDS.items() if Can.ANYTHING in declared.can]
WHERE_ANYTHING_MAY_BE_ASKED: dict[Can, Callable[[World], bool]] = {
    Can.ANYTHING: lambda world: _patron(world, pin="9999") is None and _patron(world, card="<>") is None,
    Can.MESSAGES: lambda world: bool(_account(world).messages),
    Can.REFERENCE: lambda world: (
        world.has("READING") and world.abis.item_info(world.item("READING")).standing is Standing.REFERENCE_ONLY
    ),
    Can.LISTS: lambda world: (
        any(loan.title and loan.renewable for loan in _account(world).loans) and bool(_account(world).holds)
    ),
    Can.OTHER_CARDS: lambda world: _patron(world, card="CITY-7") is not None,
}


@pytest.mark.parametrize("can", IN_EVERY_ANSWER, ids=lambda can: can.name)
def test_a_world_shows_what_it_declares_and_nothing_more(any_world: World, can: Can) -> None:
    assert IN_EVERY_ANSWER[can](any_world) is any_world.has(can)


@pytest.mark.parametrize("can", WHERE_ANYTHING_MAY_BE_ASKED, ids=lambda can: can.name)
@pytest.mark.parametrize("any_world", OPEN_TO_QUESTIONS, indirect=True)
def test_a_world_can_do_what_it_declares_and_nothing_more(any_world: World, can: Can) -> None:
    assert WHERE_ANYTHING_MAY_BE_ASKED[can](any_world) is any_world.has(can)


def test_a_recording_declares_nothing_that_was_not_recorded() -> None:
    assert {*WORLDS} - {*OPEN_TO_QUESTIONS} == {"recorded-koha", "recorded-invenio"}
    for world in {*WORLDS} - {*OPEN_TO_QUESTIONS}:
        assert WORLDS[world].can <= IN_EVERY_ANSWER.keys()
    assert {*IN_EVERY_ANSWER, *WHERE_ANYTHING_MAY_BE_ASKED} == {*Can}
