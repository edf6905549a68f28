"""Who lies on the pad: strays never count, shaded tags are not lost at once."""

from hypothesis import given
from hypothesis import strategies as st

from devices.presence import MOST, Presence

A, B = b"A", b"B"


def play(presence: Presence, *rounds: bytes) -> list[tuple[bytes, bytes]]:
    """Return what came and what left in each round; a round is the tags it found, one letter each."""
    told = []
    for found in rounds:
        seen = presence.observe([bytes((tag,)) for tag in found])
        presence = seen.after
        told.append((b"".join(seen.came), b"".join(seen.left)))
    return told


def test_a_tag_counts_in_the_third_round_in_a_row_and_is_told_of_once() -> None:
    assert play(Presence(confirm=3), b"A", b"A", b"A", b"A") == [(b"", b""), (b"", b""), (b"A", b""), (b"", b"")]


def test_a_stray_that_flickers_never_counts() -> None:
    assert play(Presence(confirm=3), *[b"A", b"A", b""] * 20) == [(b"", b"")] * 60


def test_a_book_shaded_for_a_moment_is_not_lost() -> None:
    told = play(Presence(confirm=1, forget=4), b"A", b"", b"", b"", b"A", b"", b"", b"")
    assert told == [(b"A", b"")] + [(b"", b"")] * 7


def test_a_book_missed_four_times_in_a_row_has_left_and_comes_again_like_a_new_one() -> None:
    told = play(Presence(confirm=2, forget=4), b"A", b"A", b"", b"", b"", b"", b"A", b"A")
    assert told[5] == (b"", b"A")
    assert told[6:] == [(b"", b""), (b"A", b"")]


def test_a_book_known_to_have_left_is_forgotten_at_once_and_comes_again_like_a_new_one() -> None:
    presence = Presence(confirm=2, forget=4).observe([A, B]).after.observe([A, B]).after.without(A)
    assert presence.present == {B}
    assert presence.without(A) == presence
    assert play(presence, b"AB", b"AB") == [(b"", b""), (b"A", b"")]


def test_neighbours_are_judged_apart() -> None:
    assert play(Presence(confirm=2, forget=1), b"A", b"AB", b"B", b"")[1:] == [(b"A", b""), (b"B", b"A"), (b"", b"B")]


def test_a_tag_found_twice_in_one_round_was_seen_once() -> None:
    assert play(Presence(confirm=2), b"AA", b"AA") == [(b"", b""), (b"A", b"")]


def test_rounds_go_on_quickly_while_something_may_still_change() -> None:
    presence = Presence(confirm=2, forget=2)
    assert not presence.unsettled
    presence = presence.observe([A]).after
    assert presence.unsettled
    presence = presence.observe([A]).after
    assert not presence.unsettled
    assert presence.observe([]).after.unsettled
    assert presence.observe([]).missed == (A,)
    assert presence.observe([]).after.observe([]).missed == ()


def test_a_reader_gone_mad_is_not_followed_for_ever() -> None:
    crowd = [number.to_bytes(2, "big") for number in range(MOST * 3)]
    presence = Presence(confirm=1)
    for _ in range(3):
        presence = presence.observe(crowd).after
    assert presence.present == frozenset(crowd[:MOST])


@given(st.lists(st.frozensets(st.sampled_from([A, B, b"C"])), max_size=40), st.integers(1, 5), st.integers(1, 5))
def test_the_rules_hold_in_any_story(rounds: list[frozenset[bytes]], confirm: int, forget: int) -> None:
    presence = Presence(confirm, forget)
    counts: set[bytes] = set()
    for number, found in enumerate(rounds):
        seen = presence.observe(found)
        presence = seen.after
        for uid in seen.came:
            assert uid not in counts
            assert number + 1 >= confirm
            assert all(uid in before for before in rounds[number + 1 - confirm : number + 1])
        for uid in seen.left:
            assert uid in counts
            assert all(uid not in before for before in rounds[number + 1 - forget : number + 1])
        counts = counts - set(seen.left) | set(seen.came)
        assert presence.present == counts
