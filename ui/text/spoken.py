"""Every screen in spoken words: title, state, choices with the digit that chooses each. The voice only reads this."""

from collections.abc import Iterable
from datetime import date, datetime

from kiosk.domain.refusal import Reason
from kiosk.domain.rules import Mode
from kiosk.events import Choice
from kiosk.views import (
    BookCard,
    Books,
    Checkin,
    Checkout,
    Cleaning,
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
    Loans,
    NoCard,
    OutOfService,
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
from ui.text import putting_back, sentences, staff, strips
from ui.text.aloud import aloud
from ui.text.catalogue import Words
from ui.text.refusals import by_staff, choice_texts, explain

MOST = 5  # titles or loans that are read at once; the rest is on the next page


def spoken(view: View, words: Words, at: datetime) -> str:
    """Return what is said of a view. `at`: the site's time, for the greeting."""
    words = words.scanned() if view.frame.books is Books.SCANNED else words
    parts = [*_told(view, words, at), *_choices(words, _offered(view, words))]
    if view.frame.last_call is not None and not isinstance(view, Farewell):
        parts = [words.say("last_call.title"), words.count("last_call.text", view.frame.last_call), *parts]
    return " ".join(_sentence(aloud(part, words.tag)) for part in parts if part)


def _sentence(text: str) -> str:
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?", ":")) else f"{begun}."


def _choices(words: Words, names: Iterable[str]) -> list[str]:
    return [words.say("say.button", key=key, name=name) for key, name in enumerate(names, 1)]


def _today(frame: Frame) -> date | None:
    return frame.hours.day if frame.hours else None


# --- title and state -------------------------------------------------------------------------------------------------


def _told(view: View, words: Words, at: datetime) -> list[str]:
    match view:
        case Idle():
            return _idle(view, words, at)
        case Identify():
            return _identify(view, words)
        case TypeNumber():
            return [words.say("number.title"), words.say("number.lead")]
        case Pin():
            return _pin(view, words)
        case NoCard():
            new = by_staff(words, "no_card.new.note", view.frame.hours)
            return [*_say(words, "no_card.title", "no_card.lead", "no_card.new"), new]
        case Help():
            return [words.say(f"help.{name}") for name in ("title", "borrow", "return", "stays")]
        case HouseRules():
            return [words.say("rules.title"), *(words.say(f"rules.{number}") for number in range(1, 6))]
        case Home():
            return _home(view, words, at)
        case Checkout() | Checkin():
            return _list(view, words)
        case RefusalCard():
            return _refusal(view, words)
        case BookCard():
            until = sentences.until(words, view.row.due, _today(view.frame))
            return [view.row.title, f"{words.say('book.chip')}, {until}", words.say("book.change.note")]
        case PutBack():
            return _put_back(view, words)
        case Slide():
            return _slide(view, words)
        case HowMany():
            return [*strips.how_many(words, view)]
        case CountDiffers():
            return [*strips.differs(words, view)]
        case Loans():
            return _loans(view, words)
        case Holds():
            today = _today(view.frame)
            lines = [", ".join((hold.title, *sentences.hold_lines(words, hold, today))) for hold in view.holds[:MOST]]
            return [words.say("holds.title"), *(lines or [words.say("holds.empty")])]
        case Farewell():
            return _farewell(view, words)
        case OutOfService():
            name = view.broken.name.lower()
            return [words.say(f"broken.{name}.title"), words.say(f"broken.{name}.text")]
        case StaffPin():
            return [words.say("pin.title"), words.say("staff.pin.chip"), *staff.pin_told(words, view)]
        case StaffMenu():
            told = (staff.part(words, line).replace("*", "") for line in view.parts)
            return [staff.title(words, view), staff.unsent(words, view), *told]
        case Cleaning():
            return [words.say("cleaning.title"), words.count("cleaning.lead", view.seconds)]


def _idle(view: Idle, words: Words, at: datetime) -> list[str]:
    hours = view.frame.hours
    _, state = sentences.state_text(words, hours)
    alone = words.say("say.no_staff") if hours and hours.mode is Mode.OPEN_PLUS else ""
    when = sentences.opens(words, hours, at.time()) if hours and hours.mode is Mode.CLOSED else ""
    return [words.say("say.kiosk"), state, alone, words.say("idle.closed.lead", when=when) if when else ""]


def _identify(view: Identify, words: Words) -> list[str]:
    if view.busy:
        return [words.say("identify.busy")]
    name = "" if view.can_scan else "_pad"
    parts = [words.say(f"identify.title{name}"), words.say(f"identify.lead{name}")]
    if view.refusal:
        told = explain(words, view.refusal, view.frame.hours)
        parts = [told.title, told.why, *parts]
    return parts + ([words.count("identify.pad", len(view.rows))] if view.rows else [])


def _pin(view: Pin, words: Words) -> list[str]:
    parts = [words.say("pin.title"), words.say("pin.card", card=view.card)]
    if view.busy:
        return [words.say("pin.busy")]
    if view.refusal and view.refusal.reason is Reason.WRONG_PIN:
        left = words.count("pin.attempts", view.attempts_left) if view.attempts_left is not None else ""
        return [words.say("pin.wrong"), left, *parts]
    if view.refusal:
        told = explain(words, view.refusal, view.frame.hours)
        return [told.title, told.why, *told.steps]
    return parts + ([words.count("pin.lead", view.length)] if view.length else [])


def _home(view: Home, words: Words, at: datetime) -> list[str]:
    news = [", ".join(part for part in sentences.news_lines(words, each, None) if part) for each in view.news[:2]]
    here = words.count("home.pad", len(view.rows)) if view.rows else ""
    return [sentences.greeting(words, view.name, at), sentences.home_lead(words, view), *news, here]


def _list(view: Checkout | Checkin, words: Words) -> list[str]:
    """The count sentence, then the titles that stay."""
    if not view.rows:
        if isinstance(view, Checkout):
            return [sentences.checkout_title(words, view), sentences.checkout_lead(words, view)]
        return [words.say("checkin.title"), words.say("checkin.lead")]
    staying = [row for row in view.rows if row.state in (RowState.STAYS, RowState.QUESTION)]
    newest = [_returned(view.rows[0], words)] if isinstance(view, Checkin) else []
    told = [f"{row.title}: {', '.join(sentences.row_lines(words, row, None))}" for row in staying[:MOST] if row.title]
    count = sentences.count_sentence(words, view.count, returning=isinstance(view, Checkin))
    return [count, *newest, *told]


def _returned(row: Row, words: Words) -> str:
    first, _ = sentences.row_lines(words, row, None)
    where, why = sentences.where_to(words, row)
    return ". ".join(part for part in (row.title, first, where, why) if part)


def _refusal(view: RefusalCard, words: Words) -> list[str]:
    told = explain(words, view.refusal, view.frame.hours, ask=bool(view.choices))
    return [view.row.title, told.title, f"{words.say('refusal.why')}: {told.why}", *told.steps]


def _put_back(view: PutBack, words: Words) -> list[str]:
    title, lead = putting_back.put_back(words, view)
    titles = () if view.stuck else (row.title for row in view.rows[:MOST])
    return [title, *titles, lead]


def _slide(view: Slide, words: Words) -> list[str]:
    title, lead = strips.slide(words, view)
    return [view.row.title, title, lead, strips.care(words, view), strips.more(words, view)]


def _loans(view: Loans, words: Words) -> list[str]:
    title = words.say("loans.title")
    if view.unavailable:
        return [title, words.say("loans.unavailable"), words.say("loans.unavailable.note")]
    if view.rows is None:
        return [title, words.say("loans.asking")]
    messages = view.messages[:MOST]
    if not view.rows:
        return [title, *messages, words.say("loans.empty")]
    today = _today(view.frame)
    lines = [", ".join((row.title, *sentences.loan_lines(words, row, today))) for row in view.rows[:MOST]]
    overdue = words.say("loans.overdue", n=view.overdue) if view.overdue else ""
    number = words.count("loans.number", len(view.rows))
    return [title, number, overdue, *messages, *lines, sentences.holds_line(words, view)]


def _farewell(view: Farewell, words: Words) -> list[str]:
    receipt, today = view.receipt, _today(view.frame)
    title = "enjoy" if receipt.lent else "thanks" if receipt.returned else "bye"
    lent = ""
    if receipt.lent and view.due:
        lent = words.count("farewell.yours", len(receipt.lent), date=words.day(view.due, today))
    left = [words.count("farewell.left", view.left), words.count("farewell.left.note", view.left)] if view.left else []
    clears = f"{words.count('farewell.clears', view.seconds)} {words.say('farewell.clears.note')}"
    return [words.say(f"farewell.{title}"), lent, *left, words.say("farewell.card") if view.card else "", clears]


# --- choices ---------------------------------------------------------------------------------------------------------


def _offered(view: View, words: Words) -> list[str]:
    """Return the names of what can be chosen, main thing first."""
    match view:
        case Idle():
            return [words.say(f"task.{task.name.lower()}") for task in view.tasks]
        case Identify():
            return _say(words, "identify.number", "identify.no_card", "identify.return", "dock.back")
        case TypeNumber():
            return _say(words, "number.enter", "pin.clear", "dock.back")
        case Pin():
            return _say(words, "pin.enter", "pin.clear", "dock.back")
        case NoCard():
            return _say(words, "task.checkin", "identify.number", "dock.back")
        case Help() | HouseRules():
            return _say(words, "dock.back")
        case Home():
            take = "home.take" if view.rows else "task.checkout"
            return _say(words, take, "task.checkin", "task.account", "loans.holds", "dock.finish")
        case Checkout() | Checkin():
            return _say(words, "dock.done", "dock.back")
        case RefusalCard():
            answers = [choice_texts(words, view.refusal.reason, choice.name.lower())[0] for choice in view.choices]
            return answers or _say(words, "dock.understood")
        case BookCard():
            return [choice_texts(words, Reason.OTHER, Choice.REMOVE.name.lower())[0], *_say(words, "dock.understood")]
        case PutBack():
            return _say(words, "dock.understood" if view.stuck else "dock.stuck")
        case Slide():
            if view.stuck or view.keep_away:
                return _say(words, "dock.understood")
            return _say(words, "dock.done", "slide.not_here" if view.again else "dock.stuck")
        case HowMany():
            return _say(words, "dock.back", "how_many.skip")
        case CountDiffers():
            return [strips.back_to_list(words, view), *_say(words, "differs.again", "differs.finish")]
        case Loans():
            renew = [words.say("loans.renew_all")] if view.can_renew else []
            return [*renew, *_say(words, "loans.holds", "dock.back", "dock.finish")]
        case Holds():
            return _say(words, "dock.back", "dock.finish")
        case Farewell():
            ways = (f"farewell.way.{way.name.lower()}" for way in view.ways)
            return _say(words, *ways, "dock.more_time", "dock.finish_now")
        case OutOfService():
            return _say(words, "dock.help", *(["staff.number"] if view.number else []))
        case StaffPin():
            return _say(words, "pin.enter", "pin.clear", "dock.finish")
        case StaffMenu():
            return [*(staff.act(words, view, act)[0] for act in staff.acts(view)), *_say(words, "staff.leave")]
        case Cleaning():
            return []


def _say(words: Words, *messages: str) -> list[str]:
    return [words.say(message) for message in messages]
