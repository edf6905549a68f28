"""Sample views of an invented library, for pictures and tests: one of every screen and its states worth seeing."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from kiosk.domain.bins import Bin, Colour, Picture
from kiosk.domain.health import Part, State
from kiosk.domain.ids import ItemId
from kiosk.domain.items import Destination
from kiosk.domain.money import Money
from kiosk.domain.patrons import Hold, HoldState
from kiosk.domain.receipts import Line, Receipt, Template, Way
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Hours, Interval, Mode
from kiosk.domain.staff import Tried
from kiosk.events import Choice, Task
from kiosk.views import (
    Banner,
    BookCard,
    Books,
    Broken,
    Checkin,
    Checkout,
    Cleaning,
    Count,
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
    LoanRow,
    Loans,
    LoanState,
    News,
    NewsKind,
    NoCard,
    OutOfService,
    Paper,
    PartLine,
    Pin,
    PutBack,
    RefusalCard,
    Row,
    RowState,
    Slide,
    StaffMenu,
    StaffPin,
    TypeNumber,
    View,
)  # fmt: skip

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 19, 42)  # noqa: DTZ001 - the site's wall time
DUE = date(2026, 12, 12)
PLAN = (Interval(time(10), time(19), Mode.STAFFED), Interval(time(19), time(22), Mode.OPEN_PLUS))
EVENING = Hours(TODAY, Mode.OPEN_PLUS, time(22), PLAN, (date(2026, 11, 21), time(10)))
DAY = Hours(TODAY, Mode.STAFFED, time(19), PLAN, None)
SHORT_DAY = (Interval(time(10), time(18), Mode.STAFFED),)
WEEK = (PLAN, SHORT_DAY, (), PLAN, PLAN, PLAN, PLAN)  # from Friday on
NIGHT = Hours(
    TODAY, Mode.CLOSED, None, (), (date(2026, 11, 21), time(10)),
    tuple((TODAY + timedelta(days=at), parts if at else ()) for at, parts in enumerate(WEEK)),
)  # fmt: skip
PHONE = "8 800 000-00-00"
FRAME = Frame("Библиотека на Садовой", EVENING, PHONE)
BY_BARCODE = replace(FRAME, banner=Banner.NO_PAD, books=Books.SCANNED)
OFFLINE = replace(FRAME, offline=True, waiting=2, banner=Banner.OFFLINE)

BOOKS: dict[str, tuple[str, str]] = {
    "30234000517861": ("Мастер и Маргарита", "Михаил Булгаков"),
    "30234000110057": ("Лавр", "Евгений Водолазкин"),
    "30234000220023": ("Бойцовский клуб", "Чак Паланик"),
    "30234000330031": ("Дети капитана Гранта", "Жюль Верн"),
    "30234000440049": ("Краткая история времени", "Стивен Хокинг"),
    "30234000550045": ("Пикник на обочине", "А. и Б. Стругацкие"),
    "30234000660060": ("Евгений Онегин", "Александр Пушкин"),
    "30234000770077": ("Алиса в Стране чудес", "Льюис Кэрролл"),
    "30234000880082": ("Чайка. Пьесы", "Антон Чехов"),
    "30234000990099": ("Денискины рассказы", "Виктор Драгунский"),
    "30234000120015": ("Солярис", "Станислав Лем"),
}
MASTER, LAVR, CLUB, GRANT, TIME, PICNIC, ONEGIN, ALICE, SEAGULL, DENIS, SOLARIS = BOOKS


def row(number: str, state: RowState, **more: object) -> Row:
    title, author = BOOKS[number]
    return Row(number, state, ItemId(number), title, author, **more)  # type: ignore[arg-type]


def yours(number: str) -> Row:
    return row(number, RowState.YOURS, due=DUE)


HELD = Refusal(Reason.HELD_FOR_OTHER, queue=1)
STAYING = row(CLUB, RowState.STAYS, refusal=HELD)
READING = Row("E0040100", RowState.READING)
LYING = tuple(row(number, RowState.ASKING) for number in (MASTER, LAVR, GRANT))
DONE = (yours(MASTER), yours(LAVR), STAYING, yours(GRANT), yours(TIME))


OTHERS = tuple(one for one in DONE if one.state is RowState.YOURS)


def loan(number: str, due: date, state: LoanState, left: int, **more: object) -> LoanRow:
    title, author = BOOKS[number]
    return LoanRow(ItemId(number), title, author, due, state, left, **more)  # type: ignore[arg-type]


LOANS = (
    loan(PICNIC, date(2026, 11, 17), LoanState.OVERDUE, -3, renewable=True),
    loan(ONEGIN, date(2026, 11, 28), LoanState.LATER, 8, renewable=True),
    loan(TIME, DUE, LoanState.RENEWED, 22, renewals_left=1),
    loan(ALICE, DUE, LoanState.LATER, 22, renewable=True),
    loan(SEAGULL, DUE, LoanState.CANNOT, 22, refusal=Refusal(Reason.HELD_FOR_OTHER)),
    loan(DENIS, DUE, LoanState.RENEWING, 22),
    loan(SOLARIS, DUE, LoanState.LATER, 22, renewable=True),
)
NEWS = (
    News(NewsKind.HOLD_READY, *BOOKS[SOLARIS], date(2026, 11, 25), "14", ItemId(SOLARIS)),
    News(NewsKind.OVERDUE, *BOOKS[PICNIC], date(2026, 11, 17), item=ItemId(PICNIC), renewable=True),
)
MAIL = "a•••@mail.ru"
TEMPLATE = Template("Библиотека на Садовой", phone="8 800 000-00-00")
RECEIPT = Receipt("•••• 4172", tuple(Line(BOOKS[number][0], DUE) for number in (MASTER, LAVR, GRANT, TIME)))
HOLDS = (
    Hold(*BOOKS[SOLARIS], ItemId(SOLARIS), HoldState.READY, "14", date(2026, 11, 25)),
    Hold("Дом, в котором…", "Мариам Петросян", queue=1),
    Hold("Зулейха открывает глаза", "Гузель Яхина", queue=12),
)
RETURNS = (
    row(LAVR, RowState.RETURNED, destination=Destination.HOLD_SHELF, bin="3"),
    row(DENIS, RowState.RETURNED, destination=Destination.SHELF, bin="2"),
    row(ONEGIN, RowState.RETURNED, destination=Destination.SHELF, bin="1"),
)
BINS = {
    each.number: each
    for each in (
        Bin("1", (("ru", "Взрослый зал"), ("en", "Adults")), (("ru", "слева"), ("en", "left")), Colour.BLUE,
            Picture.BOOK),
        Bin("2", (("ru", "Детям"), ("en", "Children")), (("ru", "посередине"), ("en", "middle")), Colour.GREEN,
            Picture.CHILD),
        Bin("3", (("ru", "Заявки"), ("en", "Requests")), (("ru", "справа"), ("en", "right")), Colour.VIOLET,
            Picture.REQUEST),
    )
}  # fmt: skip
PARTS = (Part.TAGS, Part.SCANNER, Part.PRINTER, Part.ABIS, Part.JOURNAL, Part.CLOCK)
BROKEN = (
    PartLine(Part.TAGS, State.ABSENT),
    PartLine(Part.PRINTER, State.ABSENT, Tried.FAILS),
    PartLine(Part.ABIS, State.ABSENT, Tried.FAILS),
    PartLine(Part.CLOCK, State.DEGRADED),
    PartLine(Part.SCANNER, State.READY, seen="30234000517861"),
    PartLine(Part.MAIL, State.DEGRADED),
    PartLine(Part.CARDS, State.READY),
    PartLine(Part.JOURNAL, State.READY),
)

VIEWS: dict[str, View] = {
    "idle": Idle(FRAME),
    "idle-staffed": Idle(replace(FRAME, hours=DAY)),
    "idle-closed": Idle(replace(FRAME, hours=NIGHT), ()),
    "idle-closed-tasks": Idle(replace(FRAME, hours=NIGHT)),
    "idle-degraded": Idle(OFFLINE, (Task.CHECKOUT, Task.CHECKIN)),
    "idle-no-pad": Idle(BY_BARCODE),
    "idle-no-scanner": Idle(replace(FRAME, banner=Banner.NO_SCANNER, books=Books.LAID)),
    "idle-no-printer": Idle(replace(FRAME, banner=Banner.NO_RECEIPT, prints=False)),
    "idle-offline-no-pad": Idle(replace(OFFLINE, books=Books.SCANNED), (Task.CHECKOUT, Task.CHECKIN)),
    "idle-offline-no-printer": Idle(
        replace(OFFLINE, banner=Banner.OFFLINE_NO_RECEIPT, prints=False), (Task.CHECKOUT, Task.CHECKIN)
    ),
    "idle-offline-returns": Idle(replace(OFFLINE, banner=Banner.OFFLINE_RETURNS), (Task.CHECKIN,)),
    "idle-offline-waits": Idle(replace(OFFLINE, banner=Banner.OFFLINE_WAITS), ()),
    "idle-clock-doubted": Idle(
        replace(OFFLINE, banner=Banner.DATES_UNSURE, hours=None), (Task.CHECKOUT, Task.CHECKIN)
    ),
    "checkout-no-pad": Checkout(BY_BARCODE),
    "checkin-no-pad": Checkin(BY_BARCODE),
    "home-nothing-kept": Home(replace(FRAME, banner=Banner.NOTHING_KEPT), "Анна", 7, 13),
    "identify": Identify(FRAME, rows=LYING),
    "identify-expired": Identify(FRAME, refusal=Refusal(Reason.CARD_EXPIRED, until=date(2026, 11, 1))),
    "identify-refused": Identify(FRAME, refusal=Refusal(Reason.CARD_UNKNOWN)),
    "type-number": TypeNumber(FRAME),
    "type-letters": TypeNumber(FRAME, letters=True),
    "pin": Pin(FRAME, "•••• 4172"),
    "pin-wrong": Pin(FRAME, "•••• 4172", refusal=Refusal(Reason.WRONG_PIN), attempts_left=2),
    "pin-open": Pin(FRAME, "•••• 4172", None),
    "no-card": NoCard(FRAME),
    "help": Help(FRAME),
    "house-rules": HouseRules(FRAME),
    "home": Home(FRAME, "Анна", 7, 13, NEWS, LYING),
    "home-quiet": Home(FRAME, "Анна", 0, 20),
    "checkout-empty": Checkout(FRAME),
    "checkout-reading": Checkout(
        FRAME, (yours(MASTER), yours(LAVR), STAYING, row(GRANT, RowState.ASKING), READING), Count(5, 2, 1, 2)
    ),
    "checkout-done": Checkout(FRAME, DONE, Count(5, 4, 1)),
    "checkout-many": Checkout(FRAME, (*DONE, yours(PICNIC), yours(ONEGIN), yours(ALICE)), Count(8, 7, 1)),
    "checkout-offline": Checkout(
        OFFLINE,
        (
            row(MASTER, RowState.RECORDED, due=DUE),
            row(LAVR, RowState.RECORDED, due=DUE),
            row(SEAGULL, RowState.STAYS, refusal=Refusal(Reason.OTHER)),
            READING,
        ),
        Count(4, 0, 1, 1, 2),
    ),
    "refusal-hold": RefusalCard(FRAME, STAYING, HELD, (), 4, OTHERS),
    "refusal-18": RefusalCard(
        FRAME, row(CLUB, RowState.STAYS, refusal=Refusal(Reason.AGE_RESTRICTED)), Refusal(Reason.AGE_RESTRICTED), (), 4,
        OTHERS,
    ),
    "refusal-alone": RefusalCard(FRAME, STAYING, HELD),
    "question-renew": RefusalCard(
        FRAME, row(ONEGIN, RowState.QUESTION), Refusal(Reason.ALREADY_YOURS, until=date(2026, 11, 28)),
        (Choice.YES, Choice.NO),
    ),
    "question-fee": RefusalCard(
        FRAME, row(TIME, RowState.QUESTION), Refusal(Reason.FEE, fee=Money(5000, "RUB")), (Choice.YES, Choice.NO), 2,
        OTHERS[:2],
    ),
    "book-card": BookCard(FRAME, yours(LAVR)),
    "put-back": PutBack(FRAME, (row(GRANT, RowState.PUT_BACK),), 3, 4),
    "put-back-stuck": PutBack(FRAME, (row(GRANT, RowState.PUT_BACK),), 3, 4, stuck=True),
    "put-back-return": PutBack(FRAME, (row(GRANT, RowState.RETURNED),), 3, 4, returning=True),
    "put-back-return-stuck": PutBack(FRAME, (row(GRANT, RowState.RETURNED),), 3, 4, stuck=True, returning=True),
    "slide": Slide(BY_BARCODE, yours(GRANT)),
    "slide-two": Slide(BY_BARCODE, yours(GRANT), more=1),
    "slide-again": Slide(BY_BARCODE, yours(GRANT), again=True, more=2),
    "slide-away": Slide(BY_BARCODE, yours(ONEGIN), keep_away=True),
    "slide-stuck": Slide(BY_BARCODE, yours(GRANT), stuck=True),
    "slide-return": Slide(BY_BARCODE, row(GRANT, RowState.RETURNED), closing=True),
    "how-many": HowMany(BY_BARCODE),
    "how-many-return": HowMany(BY_BARCODE, returning=True),
    "count-missing": CountDiffers(BY_BARCODE, 5, 4),
    "count-extra": CountDiffers(BY_BARCODE, 3, 4),
    "checkin": Checkin(FRAME, RETURNS, Count(3, returned=3)),
    "checkin-bins": Checkin(
        FRAME, tuple(replace(one, into=BINS[one.bin]) for one in RETURNS), Count(3, returned=3)
    ),
    "checkin-shelves": Checkin(
        FRAME,
        (
            row(LAVR, RowState.STAYS, destination=Destination.SORTING, refusal=Refusal(Reason.RETURN_NOT_RECORDED)),
            *(replace(one, bin="") for one in RETURNS[1:]),
        ),
        Count(3, stays=1, returned=2),
    ),
    "checkin-empty": Checkin(FRAME),
    "loans": Loans(FRAME, LOANS, 1, 5, 1, 2),
    "loans-message": Loans(
        FRAME, LOANS[1:4], 0, 2, 0, 2, messages=("В субботу 21 ноября библиотека открыта до 18:00.", "Билет — до мая."),
    ),
    "loans-unavailable": Loans(FRAME, unavailable=True),
    "holds": Holds(FRAME, HOLDS),
    "farewell": Farewell(FRAME, RECEIPT, DUE, 1, Paper.PRINTING, "•••• 4172", 20),
    "farewell-bye": Farewell(FRAME),
    "farewell-ways": Farewell(FRAME, RECEIPT, DUE, 0, Paper.PRINTED, "•••• 4172", 20, (Way.MAIL, Way.SCREEN), MAIL),
    "farewell-mailed": Farewell(FRAME, RECEIPT, DUE, 0, Paper.MAILED_INSTEAD, "•••• 4172", 20, (), MAIL),
    "farewell-screen": Farewell(
        FRAME, RECEIPT, DUE, 1, Paper.SHOWN, "•••• 4172", 60, (Way.PAPER,), MAIL, on_screen=True, template=TEMPLATE
    ),
    "last-call": Checkout(replace(FRAME, last_call=20), DONE, Count(5, 4, 1)),
    "comfort": Idle(replace(FRAME, comfort_open=True)),
    "out-of-service": OutOfService(FRAME, Broken.BOOKS),
    "out-of-service-journal": OutOfService(FRAME, Broken.JOURNAL),
    "out-of-service-staff": OutOfService(replace(FRAME, hours=DAY), Broken.STAFF),
    "out-of-service-blind": OutOfService(FRAME, Broken.BOOKS, number=True),
    "staff-pin": StaffPin(FRAME),
    "staff-pin-wrong": StaffPin(FRAME, attempts_left=1),
    "staff-pin-locked": StaffPin(FRAME, attempts_left=0, minutes=15),
    "staff": StaffMenu(FRAME, "olga", parts=tuple(PartLine(part, State.READY) for part in PARTS)),
    "staff-broken": StaffMenu(
        replace(FRAME, offline=True), "olga", closed=True, parts=BROKEN, waiting=21, review=2, sure=True
    ),
    "cleaning": Cleaning(FRAME, 30),
    "trial": Checkout(replace(FRAME, trial=True), (yours(MASTER), READING), Count(2, 1, 0, 1)),
}  # fmt: skip
