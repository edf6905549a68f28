"""The rules of the house, held against every step that any story, walk or chance sequence takes.

`Watch` remembers by itself what the flows may not forget: whose loan stands, which tags were left behind, which
sessions are over. What it remembers is a value, so that a walk can carry it along.
"""

from dataclasses import dataclass, replace

from kiosk.domain.ids import ItemId, TagUid
from kiosk.domain.items import Security
from kiosk.domain.records import Kind
from kiosk.domain.refusal import Reason
from kiosk.domain.strips import ERASED, Strip
from kiosk.effects import (
    Effect,
    EndSession,
    MailReceipt,
    Note,
    OpenSession,
    Pretend,
    PrintReceipt,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    Restart,
    SetSecurity,
    Sound,
    StartTimer,
    StopTimer,
)
from kiosk.events import (
    AccountRead,
    CheckinAccepted,
    CheckoutApproved,
    CheckoutRefused,
    Event,
    Intent,
    PatronIdentified,
    Pretended,
    Recorded,
    Recovered,
    Replayed,
    ServiceFound,
    StaffAdmitted,
    TagLost,
    TagSeen,
    TimedOut,
    Timer,
)
from kiosk.flows import late, screens
from kiosk.flows.desk import Desk
from kiosk.flows.staff import Where
from kiosk.views import PERSONAL, OutOfService

LENDING = (RequestCheckout, RequestRenew, PrintReceipt, MailReceipt)
"""What is only ever asked for a reader who is there."""


@dataclass(frozen=True, slots=True)
class Known:
    """`stands`: items whose loan is on record. `left`: tags that lay there when a session ended, until lifted."""

    stands: frozenset[ItemId] = frozenset()
    left: frozenset[TagUid] = frozenset()


def learn(known: Known, before: Desk, event: Event, after: Desk) -> Known:
    """What the journal and the library system have said, as a witness would note it down. What is pretended they never
    said."""
    match event:
        case CheckoutApproved(_, loan):
            known = replace(known, stands=known.stands | {loan.item})
        case Recorded(_, Intent.OFFLINE_CHECKOUT, item, _):
            known = replace(known, stands=known.stands | {item})
        case CheckoutRefused(_, item, refusal) if refusal.reason is Reason.ALREADY_YOURS:
            known = replace(known, stands=known.stands | {item})
        case PatronIdentified(_, patron):
            known = replace(known, stands=known.stands | patron.loans)
        case AccountRead(_, account):
            known = replace(known, stands=known.stands | {loan.item for loan in account.loans})
        case Recovered(lent, returned):
            known = replace(known, stands=(known.stands | lent) - (returned - lent))
        case Replayed(item, lent=True, stands=False):
            known = replace(known, stands=known.stands - {item})
        case CheckinAccepted(_, returned):
            known = replace(known, stands=known.stands - {returned.item})
        case Recorded(_, Intent.OFFLINE_CHECKIN, item, _):
            known = replace(known, stands=known.stands - {item})
        case TagLost(uid):
            known = replace(known, left=known.left - {uid})
        case TagSeen(uid, found=True) if before.session is None:
            known = replace(known, left=known.left | {uid})
        case _:
            pass
    return _left_behind(known, before, event, after)


def _left_behind(known: Known, before: Desk, event: Event, after: Desk) -> Known:
    """Somebody who went back without having done anything may come again for the pile; nobody else may."""
    over = before.session
    if over is None or after.session is not None:
        return known
    last_call = isinstance(event, TimedOut) and event.timer is Timer.LAST_CALL
    if over.patron is None and not over.checkin.books and not last_call:
        return known
    return replace(known, left=known.left | {laid.uid for laid in after.pad.laid})


def check(known: Known, before: Desk, event: Event, after: Desk, effects: tuple[Effect, ...]) -> None:
    """Fail if this step broke a rule. `known`: with what this event taught."""
    for effect in effects:
        match effect:
            case SetSecurity(_, Security.DISARMED, item):
                assert item in known.stands, f"{item} was opened though its loan is on no record"
            case Record(_, Intent.CHECKOUT, item) | RequestCheckout(item=item):
                left = [laid.uid for laid in after.pad.tags(item) if laid.uid in known.left]
                assert not left, f"{item} lay there when the session before ended, and was not lifted"
            case _:
                pass
        _asked_after_its_record(event, effect)
    _late_is_not_shown(before, event, after, effects)
    _strips_after_the_loan(known, after)
    _nothing_remains(before, after, effects)
    _a_trial_asks_nothing(before, after, event, effects)
    _staff_are_alone(before, event, after, effects)


def _asked_after_its_record(event: Event, effect: Effect) -> None:
    """Nothing is asked of the library system that is not durable first, under the same transaction."""
    asked = {RequestCheckout: Intent.CHECKOUT, RequestCheckin: Intent.CHECKIN, RequestRenew: Intent.RENEW}
    if isinstance(effect, RequestCheckout | RequestCheckin | RequestRenew):
        assert isinstance(event, Recorded)
        assert (event.intent, event.item, event.txn) == (asked[type(effect)], effect.item, effect.txn)


def _strips_after_the_loan(known: Known, after: Desk) -> None:
    """No strip is opened by hand whose loan is on no record, and nothing that a magnet erases comes near the unit."""
    books = after.session.checkout.books if after.session else ()
    for book in books:
        if book.strip is Strip.TO_OPEN:
            assert book.item in known.stands, f"{book.item} is to be opened though its loan is on no record"
            assert book.info is None or book.info.media not in ERASED


def _late_is_not_shown(before: Desk, event: Event, after: Desk, effects: tuple[Effect, ...]) -> None:
    if not late.answer(event, before.session):
        return
    assert screens.view(after) == screens.view(before), "an answer for somebody who has left was shown"
    assert after.session == before.session
    assert not any(isinstance(effect, LENDING) for effect in effects)


def _nothing_remains(before: Desk, after: Desk, effects: tuple[Effect, ...]) -> None:
    """When a session is over the desk looks as if nobody had ever been there."""
    if after.session is None:
        assert not isinstance(screens.view(after), PERSONAL)
    elif after.session.patron is None and not after.in_service and not after.trial and not after.staff.there:
        assert isinstance(screens.view(after), OutOfService)
    opened = any(_opens(effect) for effect in effects)
    assert opened == (before.session is None and after.session is not None)
    if before.session is not None and after.session is None:
        assert any(isinstance(effect, EndSession) for effect in effects)
        assert screens.view(after) == screens.view(untouched(after))
        assert after.pad.scanned == ()


def untouched(now: Desk) -> Desk:
    """The same station on a morning when nobody has come yet."""
    return Desk(
        rules=now.rules, hours=now.hours, house=now.house, look=now.house, outage=now.outage,
        back_online=now.back_online, waiting=now.waiting, staff=now.staff,
    )  # fmt: skip


def _opens(effect: Effect) -> bool:
    return isinstance(effect, OpenSession) or (isinstance(effect, Note) and effect.kind is Kind.TRIAL_VISIT)


ALOUD = (Sound, StartTimer, StopTimer, Pretend)
"""All that a visit that never counts may ask for."""
STAFFS = frozenset({
    Kind.STAFF_CAME, Kind.STAFF_LEFT, Kind.STAFF_DID, Kind.STATION_CLOSED, Kind.STATION_OPENED,
})  # fmt: skip


def _a_trial_asks_nothing(before: Desk, after: Desk, event: Event, effects: tuple[Effect, ...]) -> None:
    """Neither journal nor library system, tag, printer or post hears of a visit with a test card."""
    if before.trial is None or late.answer(event, before.session):
        return
    assert screens.view(before).frame.trial
    assert after.pad.owed == before.pad.owed or not isinstance(event, Pretended)
    for effect in effects:
        ends = isinstance(effect, EndSession) and effect.trial and effect.card is None
        assert isinstance(effect, ALOUD) or ends or isinstance(event, Recovered), effect


def _staff_are_alone(before: Desk, event: Event, after: Desk, effects: tuple[Effect, ...]) -> None:
    """Nobody is served while staff are there; what they do is journaled with who it was, and nothing without a PIN."""
    assert after.session is None or not after.staff.there
    for effect in effects:
        if isinstance(effect, Note) and effect.kind in STAFFS:
            assert effect.staff is not None
        if isinstance(effect, Restart):
            assert before.staff.who
    if after.staff.inside and not before.staff.inside:
        assert isinstance(event, StaffAdmitted)
    if before.staff.closed != after.staff.closed:
        assert isinstance(event, ServiceFound) or any(isinstance(each, Note) for each in effects)
    if before.staff.where is Where.CLEANING and after.staff.where is not Where.CLEANING:
        assert isinstance(event, TimedOut)


class Watch:
    """A witness of one desk, step by step."""

    def __init__(self) -> None:
        self.known = Known()

    def step(self, before: Desk, event: Event, after: Desk, effects: tuple[Effect, ...]) -> None:
        self.known = learn(self.known, before, event, after)
        check(self.known, before, event, after, effects)
