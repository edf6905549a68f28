"""What is said at the magnetic unit, and where the number of books is asked for."""

from kiosk.views import CountDiffers, HowMany, Slide
from ui.text.catalogue import Words
from ui.text.refusals import by_staff


def slide(words: Words, view: Slide) -> tuple[str, str]:
    """Return the title and what stands under it."""
    if view.stuck:
        if view.closing:
            return words.say("put_back.return.stuck.title"), words.say("put_back.return.stuck")
        return words.say("put_back.stuck.title"), by_staff(words, "slide.stuck", view.frame.hours)
    if view.keep_away:
        return words.say("slide.away.title"), words.say("slide.away.lead")
    lead = "slide.again.lead" if view.again else "slide.close.lead" if view.closing else "slide.lead"
    return words.say("slide.title"), words.say(lead)


def care(words: Words, view: Slide) -> str:
    """Return what is not to be drawn over it, beside what is."""
    return "" if view.stuck or view.keep_away else words.say("slide.care")


def more(words: Words, view: Slide) -> str:
    """Return how many books come after this one."""
    return words.count("slide.more", view.more) if view.more else ""


def how_many(words: Words, view: HowMany) -> tuple[str, str]:
    of = "return" if view.returning else "loan"
    return words.say(f"how_many.title.{of}"), words.say(f"how_many.lead.{of}")


def differs(words: Words, view: CountDiffers) -> tuple[str, str]:
    """Return both numbers, and what to do now."""
    missing, of = view.said - view.recorded, "return" if view.returning else "loan"
    title = words.say("differs.title", said=view.said, recorded=view.recorded)
    if missing > 0:
        return title, words.count(f"differs.missing.{of}", missing)
    return title, words.count(f"differs.extra.{of}", -missing)


def back_to_list(words: Words, view: CountDiffers) -> str:
    """Return the name of the way back: to scan what is missing, or to take off the list what is too much."""
    return words.say("differs.scan" if view.said > view.recorded else "differs.list")
