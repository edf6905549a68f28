"""Two cards of one reader become one; a reader is forgotten. Both are shown first, and have a button of their own."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from kiosk.ports.office import Refused
from ui.staff.front import Here, Sent, by_field, see
from ui.staff.readers import known

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/reader/merge")
def ask_merge(visit: Here, card: str, other: str = "") -> Response:
    found = visit.office.reader(other.strip()) if other.strip() else None
    missing = bool(other.strip()) and found is None
    return visit.page("merge.html", reader=known(visit, card), other=found, texts={"other": other}, missing=missing)


@router.post("/reader/merge")
def merge(posted: Sent, card: str) -> Response:
    visit, reader, other = posted.visit, known(posted.visit, card), posted.text("other")
    try:
        visit.office.merge_readers(visit.who, card, other)
    except Refused as no:
        faults, found = by_field(no.faults), visit.office.reader(other)
        values = {"reader": reader, "other": found, "texts": {"other": other}, "faults": faults}
        return visit.page("merge.html", 422, missing=found is None, **values)
    visit.say("note.merged")
    return see("/reader", card=card)


@router.get("/reader/forget")
def ask_forget(visit: Here, card: str) -> Response:
    return visit.page("forget.html", reader=known(visit, card))


@router.post("/reader/forget")
def forget(posted: Sent, card: str) -> Response:
    visit, reader = posted.visit, known(posted.visit, card)
    try:
        visit.office.forget_reader(visit.who, card)
    except Refused as no:
        return visit.page("forget.html", 422, reader=reader, faults=by_field(no.faults))
    visit.say("note.forgotten")
    return see("/readers")
