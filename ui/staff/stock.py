"""Books: found, shown, added, changed, lost, found again, withdrawn; late loans. Pages of one copy take the `item`."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from kiosk.ports.office import CopyPage, Fault, Refused
from ui.staff.front import Here, Posted, Sent, Visit, by_field, see

TITLE = ("title", "author", "isbn", "year", "age_mark")
COPY = ("branch", "type", "shelf", "state")
OF_TITLE = {name: f"work.{name}" for name in TITLE}
"""Names of a title's fields in the form: a copy has a `title` too, its code."""
LONGEST_SEARCH = 200
DEEDS_SHOWN = 20

router = APIRouter(default_response_class=HTMLResponse)


def _known(visit: Visit, item: str) -> CopyPage:
    page = visit.office.copy(item)
    if page is None:
        raise HTTPException(404)
    return page


@router.get("/books")
def search(visit: Here, q: str = "") -> Response:
    found = visit.office.find_copies(q[:LONGEST_SEARCH])
    if len(found) == 1 and q.strip() == found[0].item:  # a book was scanned into the field
        return see("/book", item=found[0].item)
    return visit.page("books.html", q=q, found=found)


@router.get("/book")
def show(visit: Here, item: str) -> Response:
    return visit.page("book.html", book=_known(visit, item), deeds=visit.office.deeds(item)[:DEEDS_SHOWN])


@router.get("/book/add")
def ask_add(visit: Here, like: str = "") -> Response:
    """`like`: another copy of the same title."""
    book = visit.office.copy(like) if like else None
    if book is None:
        return visit.form("book_form.html", book=None, code="", texts={"state": "normal"})
    texts = {**_work(book.title_texts), **book.texts, "item": "", "state": "normal"}
    return visit.form("book_form.html", book=None, code=book.line.title_code, texts=texts)


@router.post("/book/add")
def add(posted: Sent) -> Response:
    """Add the title, where it is a new one, then its copy: what is wrong in the copy leaves the title, for the copy."""
    visit, code = posted.visit, posted.text("code")
    try:
        if not code:
            code = visit.office.add_title(visit.who, {name: posted.text(OF_TITLE[name]) for name in TITLE})
        item = visit.office.add_copy(visit.who, {**posted.texts(("item", *COPY)), "title": code})
    except Refused as no:
        faults = _faults(no.faults, of_title=not code)
        return visit.form("book_form.html", 422, book=None, code=code, texts=posted.fields, faults=faults)
    visit.say("note.book_added")
    return see("/book", item=item)


@router.get("/book/change")
def ask_change(visit: Here, item: str) -> Response:
    book = _known(visit, item)
    texts = {**_work(book.title_texts), **book.texts}
    return visit.form("book_form.html", book=book, code=book.line.title_code, texts=texts, was=texts)


@router.post("/book/change")
def change(posted: Sent, item: str) -> Response:
    visit, book = posted.visit, _known(posted.visit, item)
    work = posted.changed(OF_TITLE.values())
    of_title = True
    try:
        texts = {name: work[key] for name, key in OF_TITLE.items() if key in work}
        visit.office.change_title(visit.who, book.line.title_code, texts)
        of_title = False
        visit.office.change_copy(visit.who, item, posted.changed(COPY))
    except Refused as no:
        return _shown_again(posted, book, _faults(no.faults, of_title=of_title))
    visit.say("note.saved")
    return see("/book", item=item)


def _shown_again(posted: Posted, book: CopyPage, faults: Mapping[str, Fault]) -> Response:
    values = {"book": book, "code": book.line.title_code, "was": posted.was()}
    return posted.visit.form("book_form.html", 422, texts=posted.fields, faults=faults, **values)


@router.post("/book/lost")
def lost(posted: Sent, item: str) -> Response:
    visit, book = posted.visit, _known(posted.visit, item)
    try:
        visit.office.declare_lost(visit.who, item, settled=posted.text("settled") == "yes")
    except Refused as no:
        return visit.page("book.html", 422, book=book, deeds=(), faults=by_field(no.faults))
    visit.say("note.lost")
    return see("/book", item=item)


@router.post("/book/found")
def found(posted: Sent, item: str) -> Response:
    visit, book = posted.visit, _known(posted.visit, item)
    try:
        place = visit.office.declare_found(visit.who, item)
    except Refused as no:
        return visit.page("book.html", 422, book=book, deeds=(), faults=by_field(no.faults))
    visit.say("note.found_for" if place else "note.found", place=place)
    return see("/book", item=item)


@router.get("/book/withdraw")
def ask_withdraw(visit: Here, item: str) -> Response:
    return visit.page("withdraw.html", book=_known(visit, item))


@router.post("/book/withdraw")
def withdraw(posted: Sent, item: str) -> Response:
    visit, book, texts = posted.visit, _known(posted.visit, item), posted.texts(("reason", "act"))
    try:
        visit.office.withdraw(visit.who, item, texts["reason"], texts["act"])
    except Refused as no:
        return visit.page("withdraw.html", 422, book=book, texts=texts, faults=by_field(no.faults))
    visit.say("note.withdrawn", item=item)
    return see("/books")


@router.get("/overdue")
def overdue(visit: Here) -> Response:
    return visit.page("overdue.html", loans=visit.office.overdue())


def _work(texts: Mapping[str, str]) -> dict[str, str]:
    return {OF_TITLE[name]: texts[name] for name in TITLE}


def _faults(faults: tuple[Fault, ...], *, of_title: bool) -> dict[str, Fault]:
    """By the names that the fields have in the form."""
    found = by_field(faults)
    return {OF_TITLE.get(name, name): fault for name, fault in found.items()} if of_title else found
