"""May this item go to this reader? Decided before the ABIS is asked, and instead of it while it does not answer.

The ABIS has the last word. What is decided here is what it cannot know (whose library, what this reader already holds
in this session), what it may not forget (age marks), and what may go on without it.

| age mark            | the ABIS answers                    | it does not                                    |
|---------------------|-------------------------------------|------------------------------------------------|
| known, of the law   | to nobody younger, nor of age unknown | the same                                     |
| known, or none      | it decides                          | lent                                           |
| not told            | by the policy: it decides, or not to the young | to readers known to be of age only  |
| told with the loan  | checked then; the loan is returned at once | there is no such answer                 |
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from kiosk.domain.ids import ItemId
from kiosk.domain.items import ItemInfo, Standing, Usage
from kiosk.domain.patrons import Patron, old_enough
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import OnLoanToOther, Rules, Sets, UnknownMarks


@dataclass(frozen=True, slots=True)
class Reader:
    """Who borrows, under which rules, on which day.

    `lent` and `returned` items in this session; `offline`: how many of them the ABIS has not confirmed.
    `unconfirmed`: the ABIS did not say who this is, so that a card alone was enough. `recorded`: loans of earlier
    visits that it has not confirmed either. `refused` items by the ABIS in this session; `barred`: by a mark that only
    the answer to the loan told.
    """

    patron: Patron
    rules: Rules
    today: date
    lent: frozenset[ItemId] = field(default_factory=frozenset)
    returned: frozenset[ItemId] = field(default_factory=frozenset)
    offline: int = 0
    unconfirmed: bool = False
    recorded: int = 0
    refused: frozenset[ItemId] = field(default_factory=frozenset)
    barred: tuple[tuple[ItemId, Refusal], ...] = ()
    marks: tuple[tuple[ItemId, int], ...] = ()
    """Age marks that the account tells of the reader's own loans."""
    disputed: bool = False
    """Another card was shown since this reader logged in: a book laid down may be its owner's."""
    day_certain: bool = True
    """False: the clock is not believed, and `today` may lag: nobody is taken for older than they are."""

    @property
    def has(self) -> frozenset[ItemId]:
        return (self.patron.loans - self.returned) | self.lent


def before_asking(reader: Reader, item: ItemId, info: ItemInfo | None, owner: str | None) -> Refusal | None:
    """Return why the ABIS need not be asked, or None to ask it. `info` None: the ABIS told nothing of this item."""
    if owner and reader.rules.own_libraries and owner not in reader.rules.own_libraries:
        return Refusal(Reason.OTHER_LIBRARY)
    if item in reader.has:
        return Refusal(Reason.ALREADY_YOURS, until=info.due if info else None)
    never = _never_lent(info) or dict(reader.barred).get(item) or _by_mark(reader, info)
    return never or _by_limit(reader) or _by_trust(reader) or _by_other_reader(reader, info)


def _never_lent(info: ItemInfo | None) -> Refusal | None:
    match info and info.standing:
        case Standing.UNKNOWN:
            return Refusal(Reason.UNKNOWN_ITEM)
        case Standing.REFERENCE_ONLY:
            return Refusal(Reason.REFERENCE_ONLY)
        case _:
            return None


def _by_other_reader(reader: Reader, info: ItemInfo | None) -> Refusal | None:
    """Asked last: it may be but a question, and a yes to it must not get round anything else."""
    if reader.disputed:
        return Refusal(Reason.ANOTHER_CARD)
    on_loan = info is not None and info.standing is Standing.ON_LOAN
    return Refusal(Reason.ON_LOAN_TO_OTHER) if on_loan else None


def _by_mark(reader: Reader, info: ItemInfo | None) -> Refusal | None:
    """While the ABIS answers. What is only remembered without a mark is as good as not known."""
    if info is not None and info.age_mark is not None:
        return by_age(reader, info.age_mark)
    if _may_have_any(reader):
        return None
    if info is None or info.remembered:
        return Refusal(Reason.NEEDS_ABIS)
    refuses = reader.rules.unknown_marks is UnknownMarks.REFUSE_TO_MINORS
    return Refusal(Reason.MARK_UNKNOWN, limit=reader.rules.any_mark) if refuses else None


def _by_known_mark(reader: Reader, info: ItemInfo | None) -> Refusal | None:
    """While it does not answer: an item of unknown mark may carry any, whatever the ABIS would have decided."""
    if info is not None and info.age_mark is not None:
        return by_age(reader, info.age_mark)
    return None if _may_have_any(reader) else Refusal(Reason.NEEDS_ABIS)


def _may_have_any(reader: Reader) -> bool:
    """Whether no mark there is could stand against this reader."""
    rules = reader.rules
    return not rules.age_law or old_enough(reader.patron, rules.any_mark, reader.today) is True


def by_age(reader: Reader, mark: int | None) -> Refusal | None:
    """The law of age marks: a marked item never goes to a younger reader, nor to one whose birth date is unknown."""
    if not mark or not reader.rules.age_law or mark < reader.rules.law_from:
        return None
    match old_enough(reader.patron, mark, reader.today):
        case True:
            return None
        case False:
            return Refusal(Reason.AGE_RESTRICTED, limit=mark)
        case _:
            return Refusal(Reason.BIRTH_DATE_UNKNOWN, limit=mark)


def barred_from(reader: Reader) -> int | None:
    """Return the lowest age mark that must not go to this reader; None where there is none."""
    marks = range(reader.rules.law_from, reader.rules.any_mark + 1)
    return next((mark for mark in marks if by_age(reader, mark)), None)


def by_renewal(reader: Reader, mark: int | None) -> Refusal | None:
    """What is marked is not renewed for who could not borrow it. Where no mark is told the ABIS decides: the loan
    stands already."""
    return Refusal(Reason.TOO_YOUNG_TO_RENEW, limit=mark) if by_age(reader, mark) else None


def _by_limit(reader: Reader) -> Refusal | None:
    limit = reader.patron.limit
    has = reader.patron.loan_count - len(reader.returned & reader.patron.loans) + len(reader.lent)
    return Refusal(Reason.LIMIT_REACHED, limit=limit) if limit is not None and has >= limit else None


def _by_trust(reader: Reader) -> Refusal | None:
    """Whom the ABIS did not confirm borrows within the offline limit, even when it answers again."""
    most = reader.rules.offline.max_items
    has = len(reader.lent) + reader.recorded
    return Refusal(Reason.OFFLINE_LIMIT, limit=most) if reader.unconfirmed and has >= most else None


def is_question(refusal: Refusal, rules: Rules) -> bool:
    """Say whether the reader may still have it by answering a question."""
    match refusal.reason:
        case Reason.SET_INCOMPLETE:
            return rules.sets is Sets.ASK
        case Reason.FEE | Reason.ALREADY_YOURS | Reason.ANOTHER_CARD:
            return True
        case Reason.ON_LOAN_TO_OTHER:
            return rules.on_loan_to_other is OnLoanToOther.RETURN_THEN_LEND
        case _:
            return False


def without_abis(
    reader: Reader, item: ItemId, info: ItemInfo | None, usage: Usage, *, maybe_done: bool
) -> Refusal | date:
    """Return the due date of a loan recorded here, or why there is none. What the ABIS refused it must lend itself.

    Where the ABIS may have lent it already (`maybe_done`) no limit matters: the loan may stand.
    What waits for another reader, or is not simply available, does not leave while nobody can be asked; nor does what
    its tag calls anything but a circulating copy.
    """
    offline = reader.rules.offline
    if not offline.checkout or item in reader.refused:
        return Refusal(Reason.NEEDS_ABIS)
    if too_young := _by_known_mark(reader, info):
        return too_young
    if not maybe_done and (refusal := _must_be_asked(info, usage) or _by_limit(reader) or _by_offline_limit(reader)):
        return refusal
    return reader.rules.calendar.open_from(reader.today + timedelta(days=offline.days))


def _must_be_asked(info: ItemInfo | None, usage: Usage) -> Refusal | None:
    simple = usage is Usage.CIRCULATION and (info is None or info.standing is Standing.AVAILABLE)
    return None if simple else Refusal(Reason.NEEDS_ABIS)


def _by_offline_limit(reader: Reader) -> Refusal | None:
    most = reader.rules.offline.max_items
    return Refusal(Reason.OFFLINE_LIMIT, limit=most) if reader.offline + reader.recorded >= most else None
