"""What is said where a book must be put back: it was lent and is not open yet, or returned and not protected yet."""

from kiosk.views import PutBack
from ui.text.catalogue import Words


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
    name = "put_back.return.stuck" if view.returning else "put_back.stuck"
    return words.say(f"{name}.title"), words.say("put_back.lay.stuck" if view.by_barcode else name)


def ready(words: Words, view: PutBack) -> str:
    """Return how many of the books are ready; nothing where there is only one."""
    if view.total < 2:
        return ""
    text = "put_back.return.ready" if view.returning else "put_back.ready"
    return words.say(text, ready=view.ready, total=view.total)
