"""Screens: which view a state is. First comes out of service, then put it back, a sheet, an open card, the task."""

from dataclasses import replace
from datetime import date

from kiosk.domain.ids import masked
from kiosk.domain.receipts import Way
from kiosk.domain.rules import Greeting, Rules
from kiosk.domain.strips import Strip
from kiosk.events import Button, Choice, Task
from kiosk.flows import cards, checkin, counting, degraded, my_books, receipt, reprint, rows, staff_screens
from kiosk.flows.checkout_state import Book as LentBook
from kiosk.flows.checkout_state import Stage
from kiosk.flows.degraded import Can
from kiosk.flows.desk import Desk
from kiosk.flows.session_state import Counted, Finishing, Owed, PuttingBack, Session, Where
from kiosk.views import (
    Banner,
    BookCard,
    Broken,
    Checkin,
    Checkout,
    CountDiffers,
    Farewell,
    Frame,
    Help,
    Holds,
    Home,
    HouseRules,
    HowMany,
    Identify,
    Idle,
    NoCard,
    OutOfService,
    Pin,
    PutBack,
    RefusalCard,
    Row,
    RowState,
    Slide,
    TypeNumber,
    View,
)


def view(now: Desk) -> View:
    """Return what the reader sees."""
    frame = _frame(now)
    if now.staff.there and now.sheet is None:
        return staff_screens.view(now, replace(frame, banner=Banner.NONE))
    nobody = now.session is None or (now.session.patron is None and not now.session.trial)
    if nobody and not now.in_service and not now.staff.there:
        return _out_of_service(now, replace(frame, banner=Banner.NONE))
    if now.session is not None and now.session.must_put_back:
        return _put_back(now.session, frame)
    if now.session is not None and now.session.must_slide:
        return _slide(now.session, frame)
    match now.sheet:
        case Button.HELP:
            return Help(frame)
        case Button.RULES:
            return HouseRules(frame)
        case Button.NO_CARD:
            return NoCard(frame)
        case _:
            return Idle(frame, now.tasks) if now.session is None else _session(now, now.session, frame)


def _out_of_service(now: Desk, frame: Frame) -> View:
    broken = now.outage.broken or (Broken.STAFF if now.staff.closed else Broken.STARTING)
    blind = broken is not Broken.STARTING and not now.can & {Can.LAY, Can.SCAN}
    return OutOfService(frame, broken, number=blind and now.gives_way)


def _frame(now: Desk) -> Frame:
    return Frame(
        library=now.rules.library,
        hours=now.hours if now.hours is not None and now.hours.certain else None,
        clock_certain=now.hours is None or now.hours.certain,
        duty_phone=now.rules.duty_phone,
        offline=now.outage.offline,
        waiting=now.waiting,
        banner=_banner(now),
        books=degraded.books(now.can),
        prints=Can.PRINT in now.can and degraded.on_paper(now.rules),
        look=now.look,
        languages=now.rules.languages,
        last_call=now.rules.patience.warning if now.last_call else None,
        comfort_open=now.comfort_open,
        trial=now.trial is not None,
    )


def _banner(now: Desk) -> Banner:
    if now.session is not None and now.session.second_card:
        return Banner.SECOND_CARD
    if _dates_unsure(now):
        return Banner.DATES_UNSURE
    if now.back_online and not now.outage.offline:
        return Banner.BACK_ONLINE
    return degraded.notice(now.lost, now.can, now.rules)


def _dates_unsure(now: Desk) -> bool:
    """A date of this visit was worked out by a clock that is not believed."""
    if now.session is None:
        return False
    books, loans = now.session.checkout.books, now.session.account.loans
    return not (all(book.due_certain for book in books) and all(loan.due_certain for loan in loans))


def _session(now: Desk, current: Session, frame: Frame) -> View:
    if current.counting is not None:
        return _counting(current, current.counting, frame)
    if (offer := reprint.opened(current, now.world)) and offer.refusal:
        return RefusalCard(frame, offer, offer.refusal, reprint.choices(current, now.world))
    match current.where:
        case Where.IDENTIFY | Where.ENDED:
            task, lying = current.wanted or Task.HOME, rows.lying(now.pad)
            typing = Can.ASK not in now.lost or not now.rules.pin_required
            return Identify(
                frame, task, lying, current.refusal, current.busy, can_scan=Can.SCAN in now.can, can_type=typing
            )
        case Where.TYPE_NUMBER:
            return TypeNumber(frame, current.refusal, now.rules.letters_on_cards)
        case Where.PIN:
            return _pin(current, frame, now.rules)
        case Where.HOME:
            return _home(now, current, frame)
        case Where.CHECKOUT:
            return _checkout(now, current, frame)
        case Where.CHECKIN:
            return _checkin(now, current, frame)
        case Where.ACCOUNT:
            if current.holds_open:
                return Holds(frame, current.account.known.holds if current.account.known else ())
            finishing, told = _finishing(current)
            return replace(my_books.view(current.account, frame, _day(now)), finishing=finishing, told=told)
        case _:
            return _farewell(now, current, frame)


def _pin(current: Session, frame: Frame, rules: Rules) -> View:
    card = masked(current.card) if current.card else ""
    return Pin(frame, card, rules.pin_length, current.refusal, current.attempts_left, current.busy)


def _home(now: Desk, current: Session, frame: Frame) -> View:
    assert current.patron is not None
    first_name = current.patron.first_name if now.rules.greeting is Greeting.FIRST_NAME else ""
    lent, back = len(current.checkout.lent), len(current.checkin.returned & current.patron.loans)
    loans = None if current.offline else current.patron.loan_count + lent - back
    limit = current.patron.limit
    may_take = max(0, limit - loans) if limit is not None and loans is not None else None
    news = my_books.news(current.account, _day(now))
    return Home(frame, first_name, loans, may_take, news, rows.lying(now.pad), *_finishing(current))


def _checkout(now: Desk, current: Session, frame: Frame) -> View:
    if row := cards.opened(current, now.pad):
        return _card(row, current, frame)
    books = current.checkout.books
    listed = tuple(rows.of_checkout(book) for book in books) + rows.inert(now.pad, current.tags)
    listed = tuple(sorted(listed, key=rows.refused_first)) if len(listed) > rows.PAGE else listed
    return Checkout(frame, listed, rows.count(listed), *_finishing(current))


def _card(row: Row, current: Session, frame: Frame) -> View:
    if row.refusal is None:
        return BookCard(frame, row)
    choices = (Choice.YES, Choice.NO) if row.state is RowState.QUESTION else ()
    lent = current.checkout.lent
    pile = tuple(rows.of_checkout(book) for book in current.checkout.books if book.item in lent)
    return RefusalCard(frame, row, row.refusal, choices, len(lent), pile)


def _checkin(now: Desk, current: Session, frame: Frame) -> View:
    if row := cards.opened(current, now.pad):
        return _card(row, current, frame)
    listed = tuple(rows.of_checkin(book) for book in reversed(current.checkin.told))
    listed += rows.inert(now.pad, current.tags)
    return Checkin(frame, listed, rows.count(listed), *_finishing(current))


def _put_back(current: Session, frame: Frame) -> View:
    """Lent books first: the gate would ring for them."""
    waiting = current.checkout.put_back
    stuck = current.putting_back is PuttingBack.STUCK
    if not waiting:
        return _put_back_returned(current, frame, stuck=stuck)
    ready = sum(book.stage is Stage.YOURS for book in current.checkout.books)
    total = sum(book.lent for book in current.checkout.books)
    return PutBack(frame, tuple(rows.of_checkout(book) for book in waiting), ready, total, stuck)


def _put_back_returned(current: Session, frame: Frame, *, stuck: bool) -> View:
    books = current.checkin
    ready = sum(book.stage is checkin.Stage.RETURNED for book in books.books)
    total = sum(book.returned for book in books.books)
    called = tuple(rows.of_checkin(book) for book in current.back_to_pad)
    return PutBack(frame, called, ready, total, stuck, returning=True, by_barcode=not books.put_back)


def _slide(current: Session, frame: Frame) -> View:
    first, more = current.sliding[0], len(current.sliding) - 1
    strip = first.strip
    stuck, away = strip in (Strip.STUCK_OPEN, Strip.STUCK_CLOSED), strip is Strip.KEEP_AWAY
    closing = strip in (Strip.TO_CLOSE, Strip.STUCK_OPEN)
    match first:
        case Owed(loan):
            row = Row(loan.item, RowState.YOURS, loan.item, loan.title, loan.author, on_pad=False)
            return Slide(frame, row, again=True, more=more)
        case LentBook():
            return Slide(frame, rows.of_checkout(first), closing, away, stuck, more=more)
        case _:
            return Slide(frame, rows.of_checkin(first), closing, away, stuck, more=more)


def _counting(current: Session, of: Counted, frame: Frame) -> View:
    number, returning = counting.differing(current), of is Counted.RETURNS
    if number is None or number.said is None:
        return HowMany(frame, returning)
    return CountDiffers(frame, number.said, counting.recorded(current, of), returning)


def _farewell(now: Desk, current: Session, frame: Frame) -> View:
    slip = receipt.of(current, now.look.language)
    dues = [line.due for line in slip.lent if line.due]
    mine = {uid for book in current.checkout.books if book.lent or book.mine for uid in book.uids}
    mine |= {uid for book in current.checkin.books if book.returned for uid in book.uids}
    left = sum(laid.uid not in mine for laid in now.pad.laid)
    mail = current.patron.mail if current.patron else None
    return Farewell(
        frame, slip, min(dues, default=None), left, current.paper, slip.card, receipt.seconds(current, now.world),
        ways=receipt.offered(current, now.world), mail=mail.masked if mail else "",
        on_screen=Way.SCREEN in current.handed, template=now.rules.letterhead,
    )  # fmt: skip


def _finishing(current: Session) -> tuple[bool, bool]:
    """Whether "Done" waits for answers, and whether it has told that it does so in vain."""
    return current.finishing is Finishing.WAITING, current.finishing is Finishing.TOLD


def _day(now: Desk) -> date:
    assert now.hours is not None
    return now.hours.day
