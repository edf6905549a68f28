"""Every reason in three texts: what it is, why, and what can be done now with nobody there. Never to blame."""

from dataclasses import dataclass

from kiosk.domain.items import Media
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import Hours, Mode
from ui.text.catalogue import Words

ADULT = 18  # the age of the law where a refusal names none

MOST_NAMED = 3  # parts of a set named one by one: there is one line for them
_PARTS = {
    Media.CD: "set.cd",
    Media.BOOK_WITH_CD: "set.cd",
    Media.DISKETTE: "set.diskette",
    Media.BOOK_WITH_DISKETTE: "set.diskette",
    Media.AUDIO_TAPE: "set.audio",
    Media.BOOK_WITH_AUDIO_TAPE: "set.audio",
    Media.VIDEO_TAPE: "set.video",
}
_WITH_BOOK = (Media.BOOK_WITH_CD, Media.BOOK_WITH_DISKETTE, Media.BOOK_WITH_AUDIO_TAPE)
_FIRST_STEPS = {
    Reason.OTHER_LIBRARY: (),
    Reason.NOT_RENEWABLE: (),
    Reason.RENEWED_TOO_OFTEN: (),
    Reason.OVERDUE: (),
    Reason.ALREADY_YOURS: (),
    Reason.FEE: (),
    Reason.WRONG_PIN: (),
    Reason.NEEDS_ABIS: (),
    Reason.MARK_UNKNOWN: (),
    Reason.TOO_YOUNG_TO_RENEW: (),
    Reason.ANOTHER_CARD: (),
    Reason.CARD_NOT_SEEN: ("refusal.return_now",),
    Reason.RECEIPT_UNPRINTED: (),
    Reason.RETURN_NOT_RECORDED: (),
    Reason.CARD_EXPIRED: ("refusal.return_now",),
    Reason.CARD_BLOCKED: ("refusal.return_now",),
    Reason.CARD_LOST: ("refusal.return_now",),
    Reason.DEBTS: ("refusal.return_now",),
    Reason.PIN_LOCKED: ("refusal.return_now",),
}
"""What comes before the reason's own last step; a reason not named here begins with the "To sort" shelf."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """At most two steps; *stars* mark what is bold."""

    title: str
    why: str
    steps: tuple[str, ...]


def explain(words: Words, refusal: Refusal, hours: Hours | None, *, ask: bool = False) -> Explanation:
    """Return the texts of a refusal. `ask`: the reader may still have it by answering."""
    steps = tuple(step for step in (_first(words, refusal, ask=ask), _last(words, refusal, hours, ask=ask)) if step)
    return Explanation(_title(words, refusal), _why(words, refusal, hours), steps)


def short(words: Words, refusal: Refusal) -> str:
    """Return the second line of a row: "ждёт другой читатель"."""
    if refusal.missing:
        return absent(words, refusal)
    return words.say(f"{_id(refusal)}.short", age=refusal.limit or ADULT)


def absent(words: Words, refusal: Refusal) -> str:
    """Return which part of a set is not there, and what it is where that is known."""
    which = ", ".join(map(str, refusal.missing[:MOST_NAMED]))
    said = words.say("set.absent" if len(refusal.missing) == 1 else "set.absent_many", part=which, of=refusal.parts)
    return words.say("set.named", absent=said, what=words.say(what)) if (what := _what(refusal)) else said


def _what(refusal: Refusal) -> str:
    """A book's supplement is named where only that is missing."""
    name = _PARTS.get(refusal.media, "")
    return "" if refusal.media in _WITH_BOOK and 1 in refusal.missing else name


def question(words: Words, refusal: Refusal) -> str:
    """Return the second line of a row that waits for an answer."""
    if refusal.reason is Reason.FEE:
        if refusal.fee is None:
            return words.say("refusal.fee.question_plain")
        return words.say("refusal.fee.question", money=words.money(refusal.fee))
    message = f"{_id(refusal)}.question"
    return words.say(message) if words.has(message) else short(words, refusal)


def staffed(hours: Hours | None) -> bool:
    """Return whether a member of staff is there now."""
    return hours is not None and hours.mode is Mode.STAFFED


def by_staff(words: Words, message: str, hours: Hours | None) -> str:
    """Return a message about what staff do: with `{staff}`, or its form `.now` while they are there."""
    return words.say(f"{message}.now") if staffed(hours) else words.say(message, staff=staff(words, hours))


def staff(words: Words, hours: Hours | None) -> str:
    """Return when a member of staff can be found: "сейчас", "завтра с 10:00"."""
    if staffed(hours):
        return words.say("when.now")
    if hours is None or hours.next_staffed is None:
        return words.say("when.staff_hours")
    day, at = hours.next_staffed
    return words.say("when.from", day=words.when(day, hours.day), time=words.time(at))


def choice_texts(words: Words, reason: Reason, choice: str) -> tuple[str, str]:
    """Return label and note of an answer; the reason's own where it has one."""
    own, common = f"choice.{reason.name.lower()}.{choice}", f"choice.{choice}"
    label = words.say(own if words.has(own) else common)
    note = words.say(f"{own}.note" if words.has(f"{own}.note") else f"{common}.note")
    return label, note


def _id(refusal: Refusal) -> str:
    return f"refusal.{refusal.reason.name.lower()}"


def _title(words: Words, refusal: Refusal) -> str:
    if refusal.reason is Reason.LIMIT_REACHED:
        plain = f"{_id(refusal)}.title_plain"
        return words.count(f"{_id(refusal)}.title", refusal.limit) if refusal.limit else words.say(plain)
    return words.say(f"{_id(refusal)}.title", age=refusal.limit or ADULT)


def _why(words: Words, refusal: Refusal, hours: Hours | None) -> str:
    message = f"{_id(refusal)}.why"
    today = hours.day if hours else None
    if refusal.missing:
        return words.say(f"{message}_part", absent=absent(words, refusal))
    if refusal.reason is Reason.RECEIPT_UNPRINTED and refusal.until and (refusal.limit or 1) > 1:
        return words.count(f"{message}_many", refusal.limit or 1, date=words.day(refusal.until, today))
    if refusal.until and words.has(f"{message}_date"):
        late = refusal.reason is Reason.ALREADY_YOURS and today is not None and refusal.until < today
        return words.say(f"{message}_overdue" if late else f"{message}_date", date=words.day(refusal.until, today))
    if refusal.fee and words.has(f"{message}_money"):
        return words.say(f"{message}_money", money=words.money(refusal.fee))
    if refusal.reason is Reason.PIN_LOCKED and refusal.limit:
        return words.count(f"{message}_minutes", refusal.limit)
    if refusal.reason is Reason.OFFLINE_LIMIT:
        return words.count(message, refusal.limit) if refusal.limit else words.say(f"{message}_plain")
    return words.say(message, age=refusal.limit or ADULT)


def _first(words: Words, refusal: Refusal, *, ask: bool) -> str:
    own = f"{_id(refusal)}.step1"
    if ask:
        return ""
    if words.has(own):
        return words.say(own)
    return "".join(words.say(message) for message in _FIRST_STEPS.get(refusal.reason, ("refusal.shelf",)))


def _last(words: Words, refusal: Refusal, hours: Hours | None, *, ask: bool) -> str:
    own = _id(refusal)
    if ask and words.has(f"{own}.ask"):
        return words.say(f"{own}.ask")
    if refusal.reason is Reason.HELD_FOR_OTHER and refusal.queue is not None:
        queue = f"{own}.queue.now" if staffed(hours) else f"{own}.queue"
        return words.count(queue, refusal.queue, staff=staff(words, hours))
    now = words.has(f"{own}.step.now")
    return by_staff(words, f"{own}.step", hours) if now else words.say(f"{own}.step")
