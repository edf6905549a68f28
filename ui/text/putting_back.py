"""What is said where a book must be put back: it was lent and is not open yet, or returned and not protected yet."""

from kiosk.views import PutBack
from ui.text.catalogue import Words
from ui.text.refusals import by_staff


def put_back(words: Words, view: PutBack) -> tuple[str, str]:
    """Return the title and what stands under it."""
    if view.stuck:
        return _stuck(words, view)
    title = "put_back.lay.title" if view.by_barcode else "put_back.title"
    lead = "put_back.return.lead" if view.returning else "put_back.lead"
    if len(view.rows) > 1:
        return words.count(f"{title}_many", len(view.rows)), words.say(f"{lead}_many")
    return words.say(title), words.say(lead)


def _stuck(words: Words, view: PutBack) -> tuple[str, str]:
    if not view.returning:
        name = "put_back.stuck_many" if len(view.rows) > 1 else "put_back.stuck"
        return words.say("put_back.stuck.title"), by_staff(words, name, view.frame.hours)
    said = "put_back.lay.stuck" if view.by_barcode else "put_back.return.stuck"
    return words.say("put_back.return.stuck.title"), words.say(said)


def ready(words: Words, view: PutBack) -> str:
    """Return how many of the books are ready; nothing where there is only one."""
    if view.total < 2:
        return ""
    text = "put_back.return.ready" if view.returning else "put_back.ready"
    return words.count(text, view.ready, total=view.total)
