"""Readers: found, shown, added, changed, registered again, a card printed. Pages of one reader take the `card`."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from kiosk.ports.office import ReaderPage, Refused
from ui.staff.barcodes import svg
from ui.staff.front import Here, Sent, Visit, by_field, see

FIELDS = (
    "card", "name", "first_name", "category", "birth", "phone", "email", "expires", "agreed", "standing", "note",
    "other_cards", "pin",
)  # fmt: skip
CONFIRMED = ("name", "birth", "category", "phone", "email", "expires", "agreed")
"""What is looked at together with the reader once a year."""
LONGEST_SEARCH = 200
DEEDS_SHOWN = 20

router = APIRouter(default_response_class=HTMLResponse)


def known(visit: Visit, card: str) -> ReaderPage:
    """The reader; 404 where there is none."""
    page = visit.office.reader(card)
    if page is None:
        raise HTTPException(404)
    return page


@router.get("/readers")
def search(visit: Here, q: str = "") -> Response:
    found = visit.office.find_readers(q[:LONGEST_SEARCH])
    if len(found) == 1 and q.strip() == found[0].card:  # a card was scanned into the field
        return see("/reader", card=found[0].card)
    return visit.page("readers.html", q=q, found=found)


@router.get("/reader")
def show(visit: Here, card: str) -> Response:
    return visit.page("reader.html", reader=known(visit, card), deeds=visit.office.deeds(card)[:DEEDS_SHOWN])


@router.get("/reader/add")
def ask_add(visit: Here) -> Response:
    return visit.form("reader_form.html", texts={"standing": "active"}, reader=None)


@router.post("/reader/add")
def add(posted: Sent) -> Response:
    visit, texts = posted.visit, posted.texts(FIELDS)
    try:
        card = visit.office.add_reader(visit.who, texts)
    except Refused as no:
        return visit.form("reader_form.html", 422, texts=texts, faults=by_field(no.faults), reader=None)
    visit.say("note.reader_added")
    return see("/reader", card=card)


@router.get("/reader/change")
def ask_change(visit: Here, card: str) -> Response:
    reader = known(visit, card)
    return visit.form("reader_form.html", texts=reader.texts, was=reader.texts, reader=reader)


@router.post("/reader/change")
def change(posted: Sent, card: str) -> Response:
    visit, reader, texts = posted.visit, known(posted.visit, card), posted.changed(FIELDS)
    try:
        visit.office.change_reader(visit.who, card, texts)
    except Refused as no:
        faults, typed = by_field(no.faults), posted.texts(FIELDS)
        return visit.form("reader_form.html", 422, texts=typed, was=posted.was(), faults=faults, reader=reader)
    visit.say("note.saved")
    return see("/reader", card=texts.get("card", card).strip())


@router.get("/reader/register")
def ask_register(visit: Here, card: str) -> Response:
    reader = known(visit, card)
    texts = {**reader.texts, "expires": f"{visit.front.today().year + 1}-12-31"}
    return visit.form("register.html", texts=texts, was=reader.texts, reader=reader)


@router.post("/reader/register")
def register(posted: Sent, card: str) -> Response:
    visit, reader = posted.visit, known(posted.visit, card)
    texts = {**posted.changed(CONFIRMED), "expires": posted.text("expires")}
    try:
        visit.office.register_again(visit.who, card, texts)
    except Refused as no:
        faults, typed = by_field(no.faults), posted.texts(CONFIRMED)
        return visit.form("register.html", 422, texts=typed, was=posted.was(), faults=faults, reader=reader)
    visit.say("note.registered", year=str(visit.front.today().year))
    return see("/reader", card=card)


@router.post("/reader/pin")
def new_pin(posted: Sent, card: str) -> Response:
    pin = posted.visit.office.new_pin(posted.visit.who, known(posted.visit, card).line.card)
    posted.visit.say("note.pin", pin=pin)
    return see("/reader", card=card)


@router.get("/reader/print")
def to_print(visit: Here, card: str) -> Response:
    return visit.page("card.html", reader=known(visit, card))


@router.get("/reader/barcode.svg")
def bars(visit: Here, card: str) -> Response:
    return Response(svg(known(visit, card).line.card), media_type="image/svg+xml")
