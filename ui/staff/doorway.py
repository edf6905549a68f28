"""Logging in and out, the language, and the first page."""

import threading
from secrets import compare_digest, token_urlsafe
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from ui.staff.front import Front, Here, Sent, front_of, read_form, see
from ui.staff.texts import LANGUAGES

TRIES_AT_ONCE = threading.Semaphore(2)
"""A try costs a tenth of a second of this machine, which lends books meanwhile."""
LONGEST_NAME = 100

router = APIRouter(default_response_class=HTMLResponse)


async def knock(request: Request) -> dict[str, str]:
    """The form of the door, which has a token in a cookie of its own: there is no session yet."""
    fields, _ = await read_form(request)
    kept = request.cookies.get(_door(front_of(request)), "")
    if not kept or not compare_digest(fields.get("token", "").encode(), kept.encode()):
        raise HTTPException(403)
    return fields


@router.get("/login")
def ask_in(request: Request, then: str = "/") -> Response:
    return _entrance(request, then)


@router.post("/login")
def enter(request: Request, fields: Annotated[dict[str, str], Depends(knock)]) -> Response:
    front, then = front_of(request), _own(fields.get("then", ""))
    who = fields.get("who", "").strip()[:LONGEST_NAME]
    keys = (f"name {who.casefold()}", f"address {request.client.host if request.client else ''}")
    if front.throttle.wait(*keys):
        return _entrance(request, then, 429, "wait", who)
    front.throttle.wrong(*keys)  # before it is known: who tries many at once gains nothing
    with TRIES_AT_ONCE:
        right = front.accounts.opens(who, fields.get("password", ""))
    cookie = front.sessions.begin(who, front.speech(request, None).language) if right else None
    if cookie is None:
        return _entrance(request, then, 403, "wrong", who)
    front.throttle.right(*keys)
    answer = see(then)
    front.keep(answer, front.cookie, cookie)
    front.drop(answer, _door(front))
    return answer


@router.post("/logout")
def leave(posted: Sent) -> Response:
    front, request = posted.visit.front, posted.visit.request
    front.sessions.end(request.cookies.get(front.cookie))
    answer = see("/login")
    front.drop(answer, front.cookie)
    return answer


@router.post("/language")
def speak(posted: Sent) -> Response:
    session = posted.visit.session
    if posted.text("language") in LANGUAGES:
        session.language = posted.text("language")
    answer = see(_own(posted.text("then")))
    posted.visit.front.keep(answer, "language", session.language)
    return answer


@router.get("/")
def hall(visit: Here) -> Response:
    office, year = visit.office, visit.front.today().year
    missing, late = len(office.not_registered(year)), len(office.overdue())
    return visit.page(
        "hall.html", figures=office.figures(year), missing=missing, late=late, backups=office.backups()[:1]
    )


def _entrance(request: Request, then: str, status: int = 200, what: str = "", who: str = "") -> Response:
    front, token = front_of(request), token_urlsafe()
    page = front.page(request, None, "login.html", status, token=token, then=then, what=what, who=who)
    front.keep(page, _door(front), token)
    return page


def _door(front: Front) -> str:
    return "__Host-door" if front.secure else "door"


def _own(path: str) -> str:
    """A page of ours, and no other: nobody is led away after logging in."""
    plain = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return path if plain else "/"
