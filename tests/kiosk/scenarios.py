"""The small stations that are walked: one thing a reader does in each, with all that may come in between."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from kiosk.domain.health import READY, Part
from kiosk.domain.ids import ItemId, SessionId, TxnId
from kiosk.domain.items import ItemInfo, Loan, Returned, Standing
from kiosk.domain.mail import Address
from kiosk.domain.patrons import Account, Patron
from kiosk.domain.receipts import Line, Receipt, Unprinted, Way
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import OnLoanToOther, ReceiptRule, Rules, Trust
from kiosk.domain.staff import Act
from kiosk.domain.strips import EmUnit, Unslid
from kiosk.effects import (
    AskAccount,
    DescribeItem,
    Effect,
    Identify,
    MailReceipt,
    PrintReceipt,
    Record,
    RequestCheckin,
    RequestCheckout,
    RequestRenew,
    SetSecurity,
)
from kiosk.events import (
    AccountRead,
    AccountUnanswered,
    ActChosen,
    BarcodeScanned,
    Button,
    CardRead,
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Choice,
    Chosen,
    CountTold,
    Event,
    ItemDescribed,
    NotRecorded,
    NumberTyped,
    PartChanged,
    PatronIdentified,
    PatronRefused,
    PatronUnanswered,
    PinEntered,
    Pressed,
    ReceiptFailed,
    ReceiptPrinted,
    Recorded,
    RenewApproved,
    RenewRefused,
    RenewUnanswered,
    RowOpened,
    SecuritySet,
    StaffCardShown,
    TagRead,
    TagSeen,
    Task,
    TaskChosen,
    TimedOut,
    Timer,
    Touched,
    TrialCardShown,
)
from tests.kiosk.stories import (
    ANNA,
    BARCODED,
    BORIS,
    DEAD,
    DUE,
    NO_PIN,
    OLGAS,
    OPERA,
    PIN,
    RULES,
    SOLARIS,
    TRIAL,
    YURA,
)
from tests.kiosk.walking import Scenario

BACK, DONE = Pressed(Button.BACK), Pressed(Button.FINISH)
ANNAS = CardRead(ANNA.card)
BORISS = CardRead(BORIS.card)
PIN_KEYED, TYPED = PinEntered(PIN), NumberTyped(BORIS.card)
TYPE, HELPLESS, RENEW, HOLDS, HELP, COMFORT, MORE = (
    Pressed(button)
    for button in (
        Button.TYPE_NUMBER, Button.DOES_NOT_WORK, Button.RENEW_ALL, Button.HOLDS, Button.HELP, Button.COMFORT,
        Button.MORE_TIME,
    )
)  # fmt: skip
OPEN = RowOpened(SOLARIS.item)
MINE = TaskChosen(Task.ACCOUNT)
DOORSTEP = (BACK, DONE, ANNAS, BORISS, PIN_KEYED, TaskChosen(Task.CHECKOUT), TYPE, TYPED)
NEXT = (DONE, BORISS)
Answers = Callable[[Effect], Iterable[Event] | None]
BORROW, RETURN = TaskChosen(Task.CHECKOUT), TaskChosen(Task.CHECKIN)


def identified(effect: Effect) -> Iterable[Event] | None:
    """Readers are known, items stand on the shelf, and the account is empty."""
    match effect:
        case Identify(session, card, _):
            return (PatronIdentified(session, ANNA if card == ANNA.card else BORIS),)
        case AskAccount(session, _):
            return (AccountRead(session, Account()),)
        case DescribeItem(item):
            return (ItemDescribed(item, ItemInfo(item, "Солярис")),)
        case PrintReceipt(session):
            return (ReceiptPrinted(session), ReceiptFailed(session))
        case _:
            return None


def on_line(effect: Effect) -> Iterable[Event] | None:
    match effect:
        case Record(session, intent, item, _, txn):
            done = Recorded(session, intent, item, txn or TxnId(intent.name))
            return (done, NotRecorded(session, intent, item))
        case RequestCheckout(session, _, _, item, fee_accepted):
            answers = [Refusal(Reason.HELD_FOR_OTHER), Refusal(Reason.FEE)][: 1 if fee_accepted else 2]
            refused = (CheckoutRefused(session, item, refusal) for refusal in answers)
            return (CheckoutApproved(session, Loan(item, due=DUE)), *refused)
        case RequestCheckin(session, _, item):
            return (CheckinAccepted(session, Returned(item)), CheckinRefused(session, item, Refusal(Reason.OTHER)))
        case _:
            return identified(effect)


def agreeing(effect: Effect) -> Iterable[Event] | None:
    """The journal writes and the library system agrees to all."""
    match effect:
        case RequestCheckout(session, _, _, item):
            return (CheckoutApproved(session, Loan(item, due=DUE)),)
        case RequestCheckin(session, _, item):
            return (CheckinAccepted(session, Returned(item)),)
        case PrintReceipt(session):
            return (ReceiptPrinted(session),)
        case _:
            return identified(effect)


def obedient(effect: Effect) -> Iterable[Event] | None:
    """And a tag that lies there obeys; nobody is told what became of the receipt."""
    match effect:
        case SetSecurity(uid, security):
            return (SecuritySet(uid, security),)
        case PrintReceipt():
            return ()
        case _:
            return agreeing(effect)


def off_line(effect: Effect) -> Iterable[Event] | None:
    match effect:
        case Record(session, intent, item, _, txn):
            done = Recorded(session, intent, item, txn or TxnId(intent.name))
            return (done, NotRecorded(session, intent, item))
        case Identify(session, card, _):
            return (PatronUnanswered(session, card, Patron(card, age_at_least=18)),)
        case RequestCheckout(session, _, _, item):
            return tuple(CheckoutUnanswered(session, item, sent) for sent in (False, True))
        case RequestCheckin(session, _, item):
            return tuple(CheckinUnanswered(session, item, sent) for sent in (False, True))
        case PrintReceipt(session):
            return (ReceiptPrinted(session),)
        case _:
            return None


def at_the_door(effect: Effect) -> Iterable[Event] | None:
    """Whatever may be said to a card."""
    match effect:
        case Identify(session, card, _):
            refused = (
                PatronRefused(session, Refusal(reason), 1)
                for reason in (Reason.WRONG_PIN, Reason.PIN_LOCKED, Reason.CARD_UNKNOWN, Reason.CARD_EXPIRED)
            )
            known = PatronIdentified(session, ANNA if card == ANNA.card else BORIS)
            seen = PatronUnanswered(session, card, Patron(card, age_at_least=18))
            return (known, seen, PatronUnanswered(session, card), *refused)
        case AskAccount(session, _):
            return (AccountRead(session, Account()), AccountUnanswered(session))
        case _:
            return None


VISIT = SessionId("s0")
OWED = Unprinted(VISIT, datetime(2026, 11, 19, 18, 30, tzinfo=UTC), Receipt(lent=(Line("Солярис", DUE),)))
PRINT, DECLINE = Chosen(ItemId(VISIT), Choice.YES), Chosen(ItemId(VISIT), Choice.NO)


def owing(effect: Effect) -> Iterable[Event] | None:
    """The reader was never given the receipt of an earlier visit."""
    match effect:
        case Identify(session, _, _):
            return (PatronIdentified(session, ANNA, (OWED,)),)
        case PrintReceipt(session):
            return (ReceiptPrinted(session), ReceiptFailed(session))
        case _:
            return agreeing(effect)


def unslid(effect: Effect) -> Iterable[Event] | None:
    """Of a loan of this day nobody said that its strip was opened."""
    match effect:
        case Identify(session, _, _):
            return (PatronIdentified(session, ANNA, unslid=(Unslid(SOLARIS.item, TxnId("t0"), "Солярис"),)),)
        case _:
            return obedient(effect)


def posted(effect: Effect) -> Iterable[Event] | None:
    """Printer and post do what they like; the reader has an address."""
    match effect:
        case Identify(session, _, _):
            return (PatronIdentified(session, replace(ANNA, mail=Address("anna@mail.ru"))),)
        case PrintReceipt(session):
            return (ReceiptPrinted(session), ReceiptFailed(session))
        case MailReceipt(session):
            return (ReceiptPrinted(session, Way.MAIL), ReceiptFailed(session, Way.MAIL))
        case _:
            return obedient(effect)


ANY_WAY = (MORE, *(Pressed(button) for button in (Button.PRINT_IT, Button.MAIL_IT, Button.SHOW_IT)))
MY_COPY = ItemInfo(SOLARIS.item, "Солярис", standing=Standing.ON_LOAN, due=DUE)


def on_loan(effect: Effect) -> Iterable[Event] | None:
    """The book is on somebody's loan already: the reader's, by the account, or somebody else's."""
    match effect:
        case DescribeItem(item):
            return (ItemDescribed(item, MY_COPY),)
        case AskAccount(session, _):
            return (AccountRead(session, Account((Loan(SOLARIS.item, due=DUE),))), AccountUnanswered(session))
        case RequestRenew(session, _, _, item):
            refused = RenewRefused(session, item, Refusal(Reason.OVERDUE))
            return (RenewApproved(session, Loan(item, due=DUE)), refused, RenewUnanswered(session, item, sent=True))
        case Record(session, intent, item, _, txn):
            done = Recorded(session, intent, item, txn or TxnId(intent.name))
            return (done, NotRecorded(session, intent, item))
        case _:
            return agreeing(effect)


def marked_late(effect: Effect) -> Iterable[Event] | None:
    """Nobody tells of the mark but the answer to the loan, and the reader is a child."""
    match effect:
        case Identify(session, _, _):
            return (PatronIdentified(session, YURA),)
        case DescribeItem(item):
            return (ItemDescribed(item, ItemInfo(item, "Солярис", age_mark=None)),)
        case RequestCheckout(session, _, _, item):
            return (CheckoutApproved(session, Loan(item, due=DUE, age_mark=18)),)
        case PrintReceipt(session):
            return (ReceiptPrinted(session),)
        case _:
            return on_line(effect)


ASKING_FIRST = replace(NO_PIN, on_loan_to_other=OnLoanToOther.RETURN_THEN_LEND)
YES, NO, REMOVE = (Chosen(SOLARIS.item, choice) for choice in (Choice.YES, Choice.NO, Choice.REMOVE))
BY_ANY_WAY = replace(NO_PIN, ways=tuple(Way), first_way=None)
QUIET = replace(NO_PIN, receipt=ReceiptRule.NEVER)
LOGGED_IN = (BORROW, ANNAS)
SCAN = BarcodeScanned(SOLARIS.item)


def scenario(name: str, cap: int, reader: tuple[Event, ...], answers: Answers, **more: object) -> Scenario:
    return Scenario(name, cap, reader, answers=answers, **{"rules": NO_PIN, "copies": (SOLARIS,), **more})


POST, POST_DEAD = PartChanged(Part.MAIL, READY), PartChanged(Part.MAIL, DEAD)
LAID = (TagSeen(SOLARIS.tags[0]), TagRead(SOLARIS.facts(1)))
FOUND = (TagSeen(SOLARIS.tags[0], found=True), LAID[1])
WALKED_OFF = (TimedOut(Timer.PATIENCE), TimedOut(Timer.LAST_CALL))
A_LOAN, A_RETURN = (*LOGGED_IN, *LAID, *WALKED_OFF), (RETURN, *LAID, *WALKED_OFF)

OLGA, TEST = StaffCardShown(OLGAS), TrialCardShown(TRIAL)
CLOSE, OPEN_UP, CLEAN, RESTART, TRY = (
    ActChosen(act) for act in (Act.CLOSE, Act.OPEN, Act.CLEAN, Act.RESTART, Act.TRY_VISIT)
)
INSIDE = (OLGA, PIN_KEYED)
TRYING = (BACK, *(ActChosen(act) for act in (Act.TRY_PRINTER, Act.TRY_ABIS, Act.TRY_SOUND)), RESTART, SCAN)
COMING = (BACK, DONE, BORROW, OLGA, PIN_KEYED, TEST)

SCENARIOS = (
    scenario("coming and going", 4_000, (BACK, BORROW, ANNAS), agreeing),
    scenario("borrowing", 4_000, (DONE, YES, NO), on_line, before=LOGGED_IN),
    scenario("off-line", 3_000, (BACK, DONE), off_line, before=LOGGED_IN),
    scenario("taking off", 5_000, (REMOVE, OPEN), on_line, before=(*LOGGED_IN, *LAID)),
    scenario("already lent", 2_000, (BACK, YES, NO), on_loan, before=LOGGED_IN, rules=ASKING_FIRST),
    scenario("returning", 2_000, (BACK, DONE), on_line, before=(RETURN,)),
    scenario("returning off-line", 2_000, (BACK, DONE), off_line, before=(RETURN,)),
    scenario("who is it", 1_000, DOORSTEP, at_the_door, copies=(), rules=RULES),
    scenario("put back", 3_000, (DONE, HELPLESS), agreeing, before=LOGGED_IN),
    scenario("my books", 1_000, (BACK, DONE, RENEW, HOLDS, MINE), on_loan, before=(MINE, ANNAS), copies=()),
    scenario("there and back", 5_500, (BORROW, RETURN), obedient, before=LOGGED_IN, rules=QUIET),
    scenario("left on the pad", 5_500, NEXT, obedient, before=(*LOGGED_IN, *LAID, DONE), rules=QUIET, sessions=2),
    scenario("too late", 12_000, (BORISS,), obedient, before=A_LOAN, kept=(RequestCheckout,), rules=QUIET, sessions=2),
    scenario("a late return", 12_000, (BORISS,), off_line, before=A_RETURN, kept=(Record,), rules=QUIET, sessions=2),
    scenario("barcode and tag", 3_000, (SCAN, DONE), obedient, before=LOGGED_IN, rules=QUIET),
    scenario("returned by barcode", 5_500, (SCAN, DONE, HELPLESS), obedient, before=(RETURN,), rules=QUIET),
    scenario(
        "any way",
        500,
        (DONE, *ANY_WAY, POST_DEAD),
        posted,
        before=(POST, *LOGGED_IN, *LAID, DONE),
        copies=(),
        rules=BY_ANY_WAY,
    ),
    scenario("a receipt owed", 100, (BACK, DONE, PRINT, DECLINE, RETURN), owing, before=(MINE, ANNAS), copies=()),
    scenario("barcode first", 3_000, (SCAN, BACK, BORROW, ANNAS), obedient, rules=QUIET, copies=(), sessions=2),
    scenario("a second card", 3_000, (BORISS, ANNAS, YES, NO), obedient, before=LOGGED_IN, rules=QUIET),
    scenario("marked late", 3_000, (DONE, YES, OPEN), marked_late, before=LOGGED_IN),
    scenario("found at the start", 5_500, NEXT, obedient, before=FOUND, rules=QUIET),
    scenario("staff come", 3_000, COMING, agreeing, copies=()),
    scenario(
        "staff do", 3_000, (BACK, CLOSE, OPEN_UP, CLEAN, TRY, OLGA, PIN_KEYED), agreeing, before=INSIDE, copies=()
    ),
    scenario("staff try", 3_000, TRYING, agreeing, before=INSIDE, copies=()),
    scenario("a test visit", 6_000, (DONE, RETURN, BORISS), agreeing, before=(TEST,)),
    scenario("a test card", 6_000, (BACK, DONE, TEST, ANNAS, PIN_KEYED, TYPE, TYPED), agreeing, rules=RULES, copies=()),
    scenario("laid over", 500, (BACK, DONE, RETURN, HELP, COMFORT, Touched(), MORE), agreeing, copies=()),
)
BY_HAND = replace(QUIET, em_unit=EmUnit.BY_HAND_BOTH_WAYS)
COUNTED = replace(QUIET, trust_loans=Trust.COUNT, trust_returns=Trust.COUNT)
NUMBERS = (CountTold(1), CountTold(2), Pressed(Button.COUNT_AGAIN))


def barcodes(
    name: str, cap: int, reader: tuple[Event, ...], answers: Answers, *before: Event, rules: Rules
) -> Scenario:
    """A desk at which nothing feels the books."""
    pad_dead = PartChanged(Part.TAGS, DEAD)
    return scenario(name, cap, reader, answers, before=(pad_dead, *before), rules=rules, copies=())


SCENARIOS = (
    *SCENARIOS,
    barcodes("strips", 3_000, (SCAN, DONE, HELPLESS, REMOVE), on_line, *LOGGED_IN, rules=BY_HAND),
    barcodes("strips that come home", 3_000, (SCAN, DONE, HELPLESS, ANNAS), on_line, RETURN, rules=BY_HAND),
    barcodes("strips owed", 500, (DONE, HELPLESS, BACK, RETURN), unslid, MINE, ANNAS, rules=BY_HAND),
    barcodes("how many", 3_000, (SCAN, DONE, BACK, REMOVE, *NUMBERS), obedient, *LOGGED_IN, rules=COUNTED),
    barcodes("how many come home", 6_000, (SCAN, DONE, BACK, BORROW, *NUMBERS), obedient, RETURN, rules=COUNTED),
)
LONG = (
    scenario("the whole of borrowing", 200_000, (BACK, DONE, BORROW, ANNAS, YES, NO), on_line),
    scenario("the whole of taking off", 200_000, (BACK, DONE, REMOVE, OPEN), on_line, before=LOGGED_IN),
    scenario("both ways", 200_000, (BORROW, RETURN, BACK, DONE), agreeing, before=LOGGED_IN),
    scenario("one after the other", 200_000, (DONE, BACK, BORISS), obedient, before=LOGGED_IN, rules=QUIET, sessions=2),
    scenario("a set that disobeys", 200_000, (DONE,), agreeing, before=LOGGED_IN, rules=QUIET, copies=(OPERA,)),
    scenario("a set", 200_000, (), obedient, before=LOGGED_IN, rules=QUIET, copies=(OPERA,)),
    scenario(
        "a tag and a barcode", 200_000, (BarcodeScanned(BARCODED.item), DONE), obedient, before=LOGGED_IN, rules=QUIET
    ),
)
