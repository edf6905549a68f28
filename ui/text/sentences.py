"""Sentences made of a view's values: the count, a row's two lines, greetings, hours."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from kiosk.domain.items import Destination
from kiosk.domain.patrons import Hold, HoldState
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Hours, Interval, Mode
from kiosk.views import Checkout, Count, Home, LoanRow, Loans, LoanState, News, NewsKind, Row, RowState
from ui.text.catalogue import Words
from ui.text.refusals import absent, question, short

UNDONE = (Reason.RETURN_NOT_RECORDED, Reason.NEEDS_ABIS)
"""Why a return may come to nothing: the book is still on its reader's loan."""

# --- the count -------------------------------------------------------------------------------------------------------


def kinds(words: Words, count: Count, *, returning: bool = False) -> list[tuple[str, str]]:
    """Return what the books are, as (state, text), in the order they are told. `returning`: what stays is not taken."""
    lines = [
        ("yours", count.yours),
        ("recorded", count.recorded),
        ("returned", count.returned),
        ("stays", count.stays),
        ("asking", count.asking),
    ]
    said = {"stays": "not_taken"} if returning else {}
    return [(name, words.count(f"count.kind.{said.get(name, name)}", n)) for name, n in lines if n]


def count_sentence(words: Words, count: Count, *, returning: bool = False) -> str:
    """Return "На столике 5: ваших 4, 1 остаётся здесь"."""
    n, alone = count.on_pad, count.asking + count.recorded + count.returned == 0 and not returning
    if n and alone and count.yours == n and not count.stays:
        return words.say("count.one_yours") if n == 1 else words.say("count.all_yours", n=n)
    if n and alone and count.stays == n and not count.yours:
        return words.say("count.one_stays") if n == 1 else words.say("count.all_stay", n=n)
    parts = ", ".join(text for _, text in kinds(words, count, returning=returning))
    if not n:
        return words.say("count.empty_but", parts=parts) if parts else words.say("count.empty")
    return words.say("count.sentence", n=n, parts=parts)


def checkout_title(words: Words, view: Checkout) -> str:
    """Until every book is answered, what to do; then the count."""
    if not view.rows or view.count.asking:
        return words.say("checkout.title")
    return count_sentence(words, view.count)


def checkout_lead(words: Words, view: Checkout) -> str:
    """Say what to do next; a receipt is promised only where something was lent and can be printed."""
    if view.finishing:
        return words.say("checkout.lead_finishing")
    if any(row.state is RowState.QUESTION for row in view.rows):
        return words.say("checkout.lead_questions")
    if not view.rows or view.count.asking:
        return words.say("checkout.lead")
    receipt = view.count.yours + view.count.recorded and view.frame.prints
    return words.say("checkout.lead_done" if receipt else "checkout.lead_plain")


# --- rows ------------------------------------------------------------------------------------------------------------


def row_lines(words: Words, row: Row, today: date | None) -> tuple[str, str]:
    """Return the two lines of a book's state."""
    match row.state:
        case RowState.STAYS:
            name = "row.not_taken" if not_taken(row) else "row.stays"
            return words.say(name), short(words, row.refusal or Refusal(Reason.OTHER))
        case RowState.QUESTION:
            return words.say("row.question"), _question(words, row, today)
        case RowState.ASKING if row.refusal:
            return words.say("row.gathering"), absent(words, row.refusal)
        case RowState.RETURNED | RowState.RECORDED if row.refusal:
            return words.say(f"row.{row.state.name.lower()}"), short(words, row.refusal)
        case RowState.YOURS:
            return words.say("row.yours"), until(words, row.due, today)
        case RowState.RECORDED if row.destination is None and not row.lay_down:
            return words.say("row.recorded"), until(words, row.due, today) or words.say("row.recorded.note")
        case RowState.RECORDED:
            return words.say("row.recorded"), words.say("row.lay_down" if row.lay_down else "row.recorded.note")
        case RowState.RETURNED if row.lay_down:
            return words.say("row.returned"), words.say("row.lay_down")
        case RowState.RETURNED:
            return words.say("row.returned"), "" if row.bin else destination(words, row)
        case other:
            name = other.name.lower()
            return words.say(f"row.{name}"), words.say(f"row.{name}.note")


def not_taken(row: Row) -> bool:
    """Return whether a return came to nothing, so that the book is better not left here."""
    returned = row.state is RowState.STAYS and row.destination is not None
    return returned and row.refusal is not None and row.refusal.reason in UNDONE


def _question(words: Words, row: Row, today: date | None) -> str:
    """What is asked; of a book of one's own whose day is past, that first."""
    refusal = row.refusal or Refusal(Reason.OTHER)
    due = row.due or refusal.until
    if refusal.reason is Reason.ALREADY_YOURS and due is not None and today is not None and due < today:
        return until(words, due, today)
    return question(words, refusal)


def until(words: Words, day: date | None, today: date | None) -> str:
    """Return "до 12 декабря", or that this day is past."""
    if day is None:
        return ""
    if today is not None and day < today:
        return words.say("loans.was_due", date=words.near_day(day, today))
    return words.say("row.until", date=words.day(day, today))


def destination(words: Words, row: Row) -> str:
    """Where a returned book goes, in a few words."""
    name = {
        Destination.HOLD_SHELF: "hold",
        Destination.OTHER_BRANCH: "branch",
        Destination.SORTING: "sorting",
    }.get(row.destination or Destination.SHELF, "shelf")
    return words.say(f"row.for_{name}")


def bins(words: Words, rows: Iterable[Row]) -> list[tuple[str, str, str]]:
    """Return the bins that returned books go to, as (number, what is in it, how many of these), in order."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.bin:
            found.setdefault(row.bin, []).append(row)
    names = {Destination.HOLD_SHELF: "hold", Destination.OTHER_BRANCH: "sort", Destination.SORTING: "sort"}
    return [
        (
            number,
            _bin_name(words, into[0]) or words.say(f"checkin.bin_{names.get(_goes(into[0]), 'shelf')}"),
            ", ".join(text for text in (_bin_place(words, into[0]), words.count("loans.number", len(into))) if text),
        )
        for number, into in sorted(found.items(), key=lambda each: (len(each[0]), each[0]))
    ]


def _goes(row: Row) -> Destination:
    return row.destination or Destination.SHELF


def _bin_name(words: Words, row: Row) -> str:
    return row.into.name(words.tag) if row.into else ""


def _bin_place(words: Words, row: Row) -> str:
    return row.into.place(words.tag) if row.into else ""


def _into_bin(words: Words, row: Row) -> str:
    """Return "Положите в корзину 3, справа": never its colour alone."""
    said, place = words.say("checkin.bin", bin=row.bin), _bin_place(words, row)
    return words.say("checkin.bin_at", bin=said, place=place) if place else said


def where_to(words: Words, row: Row) -> tuple[str, str]:
    """Return where to put the book just returned, and why there."""
    if row.state is RowState.ASKING and row.refusal:
        return words.say("checkin.gather"), absent(words, row.refusal)
    if row.state in (RowState.READING, RowState.ASKING):
        return words.say("checkin.wait"), ""
    if row.lay_down:
        return words.say("checkin.lay_down"), words.say("checkin.lay_down.note")
    notes = {Destination.HOLD_SHELF: "checkin.hold.note", Destination.OTHER_BRANCH: "checkin.branch.note"}
    note = words.say(notes[row.destination]) if row.destination in notes else ""
    if row.state is RowState.RECORDED:
        note = words.say("checkin.recorded.note")
    if not_taken(row):
        return words.say("checkin.keep"), words.say("checkin.keep.note")
    if row.state is RowState.STAYS:
        return words.say("checkin.sort"), short(words, row.refusal) if row.refusal else ""
    if row.damaged:
        note = words.say("checkin.damaged.note")
    if row.refusal:
        note = words.say("checkin.incomplete.note", absent=absent(words, row.refusal))
    if row.bin:
        return _into_bin(words, row), note
    name = {Destination.HOLD_SHELF: "hold", Destination.OTHER_BRANCH: "sort", Destination.SORTING: "sort"}
    return words.say(f"checkin.{name.get(row.destination or Destination.SHELF, 'shelf')}"), note


# --- my books --------------------------------------------------------------------------------------------------------


def loan_lines(words: Words, row: LoanRow, today: date | None) -> tuple[str, str]:
    """Return when a loan ends, and the human line to it."""
    date_line = words.say("loans.until", date=words.near_day(row.due, today)) if row.due else words.say("loans.no_date")
    match row.state:
        case LoanState.OVERDUE:
            was = words.say("loans.was_due", date=words.near_day(row.due, today)) if row.due else ""
            return words.say("loans.overdue_row"), was
        case LoanState.RENEWING:
            return words.say("loans.renewing"), words.say("loans.renewing.note")
        case LoanState.RENEWED:
            return date_line, words.say("loans.renewed")
        case LoanState.CANNOT if row.refusal:
            return date_line, short(words, row.refusal)
        case _:
            return date_line, days_left(words, row)


def days_left(words: Words, row: LoanRow) -> str:
    match row.days_left:
        case None:
            return ""
        case 0:
            return words.say("loans.last_day")
        case 1:
            return words.say("loans.tomorrow")
        case days:
            return words.count("loans.days_left", days) if days > 0 else ""


def loan_note(words: Words, row: LoanRow) -> str:
    """What stands in the place of the button where a book cannot be renewed now."""
    if row.state is LoanState.RENEWED:
        return words.count("loans.renewals_left", row.renewals_left) if row.renewals_left else ""
    if row.state is LoanState.RENEWING:
        return ""
    return words.say("loans.cannot")


def holds_line(words: Words, view: Loans) -> str:
    parts = [words.count("loans.holds.ready", view.holds_ready)] if view.holds_ready else []
    parts += [words.say("loans.holds.waiting", n=view.holds_waiting)] if view.holds_waiting else []
    return ", ".join(parts) or words.say("loans.holds.none")


def hold_lines(words: Words, hold: Hold, today: date | None) -> tuple[str, str]:
    if hold.state is HoldState.READY:
        where = _place(words, "holds.ready", hold.shelf, words.day(hold.until, today) if hold.until else "")
        return words.say("holds.ready"), where
    match hold.queue:
        case None:
            return words.say("holds.waiting"), words.say("holds.waiting.plain")
        case 0:
            return words.say("holds.waiting"), words.say("holds.waiting.next")
        case n:
            return words.say("holds.waiting"), words.count("holds.waiting.queue", n)


def _place(words: Words, message: str, shelf: str, day: str) -> str:
    name = {(True, True): "where", (True, False): "shelf", (False, True): "until", (False, False): "plain"}
    return words.say(f"{message}.{name[bool(shelf), bool(day)]}", shelf=shelf, date=day)


# --- home ------------------------------------------------------------------------------------------------------------


PARTS_OF_DAY = ((5, "night"), (12, "morning"), (18, "day"), (23, "evening"))


def greeting(words: Words, name: str, at: datetime) -> str:
    """Return "Добрый вечер, Анна": night until 5, morning until 12, day until 18, evening until 23."""
    part = next((part for before, part in PARTS_OF_DAY if at.hour < before), "night")
    hello = words.say(f"home.{part}")
    return words.say("home.greeting", greeting=hello, name=name) if name else hello


def home_lead(words: Words, view: Home) -> str:
    """Return "У вас 7 книг, можно взять ещё 13"; empty where neither is known."""
    if view.loans is None:
        return ""
    has = words.count("home.loans", view.loans) if view.loans else words.say("home.loans_none")
    if view.may_take is None:
        return has
    take = words.say("home.may_take", n=view.may_take) if view.may_take else words.say("home.may_take_none")
    return f"{has}, {take}"


def news_lines(words: Words, news: News, today: date | None) -> tuple[str, str, str]:
    """Return chip, title and note of a card."""
    chip = words.say(f"home.news.{news.kind.name.lower()}")
    day = words.day(news.day, today) if news.day else ""
    match news.kind:
        case NewsKind.HOLD_READY:
            return chip, news.title, _news_place(words, news.shelf, day)
        case NewsKind.OVERDUE | NewsKind.ENDS_SOON if day:
            return chip, news.title, words.say(f"home.news.{news.kind.name.lower()}.note", date=day)
        case NewsKind.FEES if news.amount:
            return chip, words.money(news.amount), words.say("home.news.fees.note")
        case _:
            return chip, news.title, ""


def _news_place(words: Words, shelf: str, day: str) -> str:
    name = {(True, True): "where", (True, False): "shelf", (False, True): "until", (False, False): "plain"}
    return words.say(f"home.news.hold_ready.{name[bool(shelf), bool(day)]}", shelf=shelf, date=day)


# --- hours -----------------------------------------------------------------------------------------------------------


def state_text(words: Words, hours: Hours | None) -> tuple[str, str]:
    """Return what the doors do ("open_plus", "staffed" or "closed") and its words; nothing where no hours are known."""
    if hours is None:
        return "", ""
    name = {Mode.OPEN_PLUS: "open_plus", Mode.STAFFED: "staffed", Mode.CLOSED: "closed"}[hours.mode]
    if hours.mode is Mode.CLOSED:
        return name, words.say("strip.closed")
    if hours.until is None:
        return name, words.say("strip.open")
    return name, words.say(f"strip.{name}", time=words.time(hours.until))


def week(words: Words, hours: Hours, now: time) -> list[tuple[str, str, str, bool]]:
    """Return the days of the week to come, as (day, its hours, those without staff, opens next); empty if unknown."""
    opening = next_opening(hours, now)
    return [
        (_day_name(words, day, hours.day), *_day_hours(words, parts), opening is not None and day == opening[0])
        for day, parts in hours.week
    ]


def _day_name(words: Words, day: date, today: date) -> str:
    near = {today: "when.today", today + timedelta(days=1): "when.tomorrow"}
    name = words.say(near.get(day, f"hours.day.{day.isoweekday()}"))
    return name[:1].upper() + name[1:]


def _day_hours(words: Words, parts: tuple[Interval, ...]) -> tuple[str, str]:
    open_ = [part for part in parts if part.mode is not Mode.CLOSED]
    alone = [part for part in open_ if part.mode is Mode.OPEN_PLUS]
    if not open_:
        return words.say("hours.closed"), ""
    return _spans(words, open_), words.say("hours.open_plus_span", span=_spans(words, alone)) if alone else ""


def _spans(words: Words, parts: list[Interval]) -> str:
    """Return "10:00–22:00", with the parts that follow on each other as one."""
    spans: list[tuple[time, time]] = []
    for part in parts:
        if spans and spans[-1][1] == part.start:
            spans[-1] = spans[-1][0], part.end
        else:
            spans.append((part.start, part.end))
    return ", ".join(words.say("hours.span", start=words.time(a), end=words.time(b)) for a, b in spans)


def opens(words: Words, hours: Hours, now: time) -> str:
    """Return when a closed library opens: "сегодня в 10:00"; empty where it is not known."""
    first = next_opening(hours, now)
    if first is not None:
        return words.say("when.at", day=words.when(first[0], hours.day), time=words.time(first[1]))
    if hours.next_staffed is None or hours.next_staffed[0] <= hours.day - timedelta(days=1):
        return ""
    day, at = hours.next_staffed
    return words.say("when.at", day=words.when(day, hours.day), time=words.time(at))


def next_opening(hours: Hours, now: time) -> tuple[date, time] | None:
    """Return the day and hour at which a closed library opens, as far as its plan is known."""
    for day, parts in hours.week or ((hours.day, hours.intervals),):
        for part in parts:
            if part.mode is not Mode.CLOSED and (day > hours.day or part.start > now):
                return day, part.start
    return None
