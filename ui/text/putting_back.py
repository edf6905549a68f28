"""What is said where a book must be put back: it was lent and is not open yet, or returned and not protected yet."""

from kiosk.views import PutBack
from ui.text.catalogue import Words


def put_back(words: Words, view: PutBack) -> tuple[str, str]:
    """Return the title and what stands under it."""
    if view.stuck:
        return _stuck(words, returning=view.returning)
    if len(view.rows) > 1:
        lead = "put_back.return.lead_many" if view.returning else "put_back.lead_many"
        return words.count("put_back.title_many", len(view.rows)), words.say(lead)
    return words.say("put_back.title"), words.say("put_back.return.lead" if view.returning else "put_back.lead")


def _stuck(words: Words, *, returning: bool) -> tuple[str, str]:
    if returning:
        return words.say("put_back.return.stuck.title"), words.say("put_back.return.stuck")
    return words.say("put_back.stuck.title"), words.say("put_back.stuck")


def ready(words: Words, view: PutBack) -> str:
    """Return how many of the books are ready; nothing where there is only one."""
    if view.total < 2:
        return ""
    text = "put_back.return.ready" if view.returning else "put_back.ready"
    return words.say(text, ready=view.ready, total=view.total)
