"""Answers about items and loans: 11/12, 09/10, 17/18, 19/20, 29/30, 65/66, 15/16."""

from kiosk.domain.items import Destination, ItemInfo, Loan, Returned, Standing
from kiosk.domain.money import Money
from kiosk.domain.patrons import Account, Hold
from kiosk.domain.refusal import Reason, Refusal
from sync.capabilities import Requests, Shelving, Whereabouts
from sync.sip2.codec import Message
from sync.sip2.messages import Code
from sync.sip2.server.answers import Answer, Pair
from sync.sip2.server.desk import Desk, amount_fields, card_of, due_text, flag, item_of, known
from sync.sip2.server.texts import ELSEWHERE, HELD, NOT_DONE_HERE, NOT_ON_LOAN, REFERENCE, RENEWED, TO_SORT
from sync.sip2.values import AlertType, CirculationStatus, FeeType, HoldMode, MediaType, SecurityMarker

STATUS = {
    Standing.AVAILABLE: CirculationStatus.AVAILABLE,
    Standing.ON_LOAN: CirculationStatus.CHARGED,
    Standing.ON_HOLD_SHELF: CirculationStatus.ON_HOLD_SHELF,
    Standing.IN_TRANSIT: CirculationStatus.IN_TRANSIT,
    Standing.REFERENCE_ONLY: CirculationStatus.OTHER,
    Standing.LOST: CirculationStatus.LOST,
    Standing.OTHER: CirculationStatus.OTHER,
    Standing.UNKNOWN: CirculationStatus.OTHER,
}
ALERTS = {
    Destination.HOLD_SHELF: AlertType.HOLD_HERE,
    Destination.OTHER_BRANCH: AlertType.SEND_TO_BRANCH,
    Destination.SORTING: AlertType.OTHER,
}


# --- what an item is


def information(desk: Desk, message: Message) -> Answer:
    info = desk.abis.item_info(item_of(message))
    where = _where(desk, message)
    fixed = {
        "circulation_status": STATUS[info.standing],
        "security_marker": SecurityMarker.OTHER,
        "fee_type": FeeType.RENTAL if info.fee_minor else FeeType.OTHER,
        "transaction_date": desk.stamp(),
    }
    fields: list[Pair] = [("AB", item_of(message)), ("AJ", info.title)]
    if info.standing is not Standing.UNKNOWN:
        fields += _of_item(desk, info, where)
    return Answer(Code.ITEM_INFORMATION_RESPONSE, fixed, tuple(fields))


def _of_item(desk: Desk, info: ItemInfo, where: Whereabouts) -> list[Pair]:
    reference = info.standing is Standing.REFERENCE_ONLY
    pairs: list[Pair] = [("CK", MediaType.BOOK), ("AQ", where.home), ("AP", where.place), ("AH", due_text(info.due))]
    pairs += [("CF", str(where.queue))] if where.queue else []
    pairs += [("CM", due_text(where.until))] if where.until else []
    if info.fee_minor:
        pairs += amount_fields(Money(info.fee_minor, desk.settings.currency))
    pairs += [desk.said(REFERENCE)] if reference else []
    kept = [pair for pair in pairs if pair[1]]
    return [*kept, *desk.own(*_about(info.author, info.age_mark), ("KX", "Y" if reference else ""))]


def update_status(desk: Desk, message: Message) -> Answer:
    """Properties of items are not kept here, and the answer says so."""
    fixed = {"item_properties_ok": "0", "transaction_date": desk.stamp()}
    title = desk.abis.item_info(item_of(message)).title
    fields = (("AB", item_of(message)), ("AJ", title), desk.said(NOT_DONE_HERE))
    return Answer(Code.ITEM_STATUS_UPDATE_RESPONSE, fixed, fields)


# --- loans


def checkout(desk: Desk, message: Message) -> Answer:
    """A reader who has the item already renews it where the machine may renew (SC renewal policy Y)."""
    result = _pin_refusal(desk, message) or _cancel_refusal(message) or _lend(desk, message)
    renewed = False
    yours = isinstance(result, Refusal) and result.reason is Reason.ALREADY_YOURS
    if yours and message.flag("sc_renewal_policy"):
        result = _renew(desk, message)
        renewed = isinstance(result, Loan)
    said = (desk.said(RENEWED),) if renewed else ()
    return _loan_answer(desk, message, Code.CHECKOUT_RESPONSE, result, renewed, said)


def renew(desk: Desk, message: Message) -> Answer:
    result = _pin_refusal(desk, message) or _renew(desk, message)
    return _loan_answer(desk, message, Code.RENEW_RESPONSE, result, isinstance(result, Loan), ())


def renew_all(desk: Desk, message: Message) -> Answer:
    """Each loan by itself: those that can be renewed are, the others are listed (BN)."""
    refusal = _pin_refusal(desk, message)
    account = refusal or desk.abis.account(card_of(message))
    loans = account.loans if isinstance(account, Account) else ()
    at = desk.moment(message.get("transaction_date"))
    answers = [(loan.item, desk.abis.renew(desk.mint(), card_of(message), loan.item, at)) for loan in loans]
    done = [item for item, answer in answers if isinstance(answer, Loan)]
    left = [item for item, answer in answers if isinstance(answer, Refusal)]
    fixed = {
        "ok": "0" if isinstance(account, Refusal) else "1",
        "renewed_count": f"{min(len(done), 9999):04}",
        "unrenewed_count": f"{min(len(left), 9999):04}",
        "transaction_date": desk.stamp(),
    }
    why = desk.refusal(account) if isinstance(account, Refusal) else ()
    lists = (*(("BM", item) for item in done), *(("BN", item) for item in left))
    return Answer(Code.RENEW_ALL_RESPONSE, fixed, (desk.institution, *lists, *why))


def _lend(desk: Desk, message: Message) -> Loan | Refusal:
    at = desk.moment(message.get("transaction_date"))
    accepted = message.flag("BO") is True
    return desk.abis.checkout(desk.mint(), card_of(message), item_of(message), at, fee_accepted=accepted)


def _renew(desk: Desk, message: Message) -> Loan | Refusal:
    at = desk.moment(message.get("transaction_date"))
    return desk.abis.renew(desk.mint(), card_of(message), item_of(message), at)


def _pin_refusal(desk: Desk, message: Message) -> Refusal | None:
    """A PIN that comes with a request must be right; without one the machine vouches for its reader."""
    who, pin_given = desk.identified(message) if message.get("AD") else (None, False)
    return who if pin_given and isinstance(who, Refusal) else None


def _cancel_refusal(message: Message) -> Refusal | None:
    """A cancelled checkin is not a checkout: servers that take it for one lend a book to nobody's knowledge."""
    return Refusal(Reason.OTHER, raw="cancel is not supported") if message.flag("BI") else None


def _loan_answer(
    desk: Desk, message: Message, code: Code, result: Loan | Refusal, renewed: bool, said: tuple[Pair, ...]
) -> Answer:
    done = isinstance(result, Loan)
    fixed = {
        "ok": "1" if done else "0",
        "renewal_ok": flag(renewed),
        "magnetic_media": known(result.magnetic if isinstance(result, Loan) else None),
        "desensitize": flag(isinstance(result, Loan) and result.desensitize is not False),
        "transaction_date": desk.stamp(),
    }
    head = (desk.institution, ("AA", card_of(message)), ("AB", item_of(message)))
    if isinstance(result, Loan):
        left = "" if result.renewals_left is None else str(result.renewals_left)
        own = desk.own(*_about(result.author, result.age_mark), ("KN", left))
        fields = (*head, ("AJ", result.title), ("AH", due_text(result.due)), ("CK", MediaType.BOOK), *said, *own)
        return Answer(code, fixed, fields)
    info = desk.abis.item_info(item_of(message))
    until = result.until if result.reason in (Reason.ALREADY_YOURS, Reason.OVERDUE) else None
    own = desk.own(*_about(info.author, info.age_mark))
    fields = (*head, ("AJ", info.title), ("AH", due_text(until)), *desk.refusal(result), *own)
    return Answer(code, fixed, fields)


# --- what comes back


def checkin(desk: Desk, message: Message) -> Answer:
    at = desk.moment(message.get("return_date"))
    cancel = _cancel_refusal(message)
    result = cancel or desk.abis.checkin(desk.mint(), item_of(message), at)
    if isinstance(result, Refusal):
        title = desk.abis.item_info(item_of(message)).title
        fields = (desk.institution, ("AB", item_of(message)), ("AQ", ""), ("AJ", title), ("CV", AlertType.OTHER))
        return Answer(Code.CHECKIN_RESPONSE, _checkin_fixed(desk, None, True), (*fields, *desk.refusal(result)))
    alert = ALERTS.get(result.destination)
    return Answer(
        Code.CHECKIN_RESPONSE, _checkin_fixed(desk, result, alert is not None), _returned(desk, message, result, alert)
    )


def _checkin_fixed(desk: Desk, done: Returned | None, alert: bool) -> dict[str, str]:
    return {
        "ok": "1" if done else "0",
        "resensitize": flag(done is not None and done.resensitize is not False),
        "magnetic_media": known(done.magnetic if done else None),
        "alert": flag(alert),
        "transaction_date": desk.stamp(),
    }


def _returned(desk: Desk, message: Message, returned: Returned, alert: AlertType | None) -> tuple[Pair, ...]:
    """Where the item goes (CV, CT, CL). Who waits for it is never told: the machine's screen is nobody's business."""
    home = _where(desk, message).home
    elsewhere = returned.destination is Destination.OTHER_BRANCH
    pairs: list[Pair] = [desk.institution, ("AB", item_of(message)), ("AQ", home), ("AJ", returned.title)]
    pairs += [("AA", returned.patron)] if returned.patron else []
    pairs += [("CK", MediaType.BOOK)]
    pairs += [("CL", returned.bin)] if returned.bin else []
    pairs += [("CV", alert)] if alert else []
    pairs += [("CT", home)] if elsewhere and home else []
    pairs += [] if returned.was_on_loan else [desk.said(NOT_ON_LOAN)]
    match returned.destination:
        case Destination.HOLD_SHELF:
            pairs.append(desk.said(HELD))
        case Destination.OTHER_BRANCH:
            pairs.append(desk.said(ELSEWHERE, home=home))
        case Destination.SORTING:
            pairs.append(desk.said(TO_SORT))
        case Destination.SHELF:
            pass
    return (*pairs, *desk.own(*_about(returned.author, None)))


# --- requests


def hold(desk: Desk, message: Message) -> Answer:
    """Queue for the title of an item, or leave the queue. Changing a request is not offered."""
    mode = message.get("hold_mode")
    at = desk.moment(message.get("transaction_date"))
    card, item = card_of(message), item_of(message)
    result: Hold | Refusal | None = _pin_refusal(desk, message)
    if result is None and isinstance(desk.abis, Requests) and mode == HoldMode.ADD:
        result = desk.abis.place_hold(desk.mint(), card, item, at)
    elif result is None and isinstance(desk.abis, Requests) and mode == HoldMode.DELETE:
        result = desk.abis.cancel_hold(desk.mint(), card, item, at)
    return _hold_answer(desk, message, result)


def _hold_answer(desk: Desk, message: Message, result: Hold | Refusal | None) -> Answer:
    done = isinstance(result, Hold)
    info = desk.abis.item_info(item_of(message))
    fixed = {
        "ok": "1" if done else "0",
        "available": flag(info.standing is Standing.AVAILABLE),
        "transaction_date": desk.stamp(),
    }
    fields: list[Pair] = [desk.institution, ("AA", card_of(message)), ("AB", item_of(message)), ("AJ", info.title)]
    if isinstance(result, Hold) and result.queue is not None:
        fields.append(("BR", str(result.queue + 1)))
    if isinstance(result, Refusal):
        fields += desk.refusal(result)
    elif result is None:
        fields.append(desk.said(NOT_DONE_HERE))
    return Answer(Code.HOLD_RESPONSE, fixed, tuple(fields))


# --- pieces


def _where(desk: Desk, message: Message) -> Whereabouts:
    found = desk.abis.whereabouts(item_of(message)) if isinstance(desk.abis, Shelving) else None
    return found or Whereabouts()


def _about(author: str, age_mark: int | None) -> tuple[Pair, ...]:
    """Fields of our own: the standard has none for an author or an age mark."""
    return (("KA", author), ("KM", str(age_mark) if age_mark is not None else ""))
