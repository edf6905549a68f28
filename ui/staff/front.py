"""What every page shares: who is asked in, what a form must bring, how a page is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kiosk.ports.clock import Clock
from kiosk.ports.office import Accounts, Fault, Office
from ui.staff.guard import MOST_LIST
from ui.staff.sessions import Session, Sessions, Throttle
from ui.staff.texts import LANGUAGES, Speech, preferred

TEMPLATES = Path(__file__).parent / "templates"
MOST_FIELDS = 100
"""Of a form: the longest has thirty."""
LONGEST_FIELD = 2000


class LoggedOut(Exception):
    """Nobody is logged in at this browser, or not any more. `then`: where they wanted to go."""

    def __init__(self, then: str) -> None:
        self.then = then


class Front:
    """The pages of one office."""

    def __init__(self, office: Office, accounts: Accounts, clock: Clock, zone: ZoneInfo, *, secure: bool) -> None:
        self.office, self.accounts, self.clock, self.zone, self.secure = office, accounts, clock, zone, secure
        self.sessions, self.throttle = Sessions(accounts, clock), Throttle(clock)
        self.cookie = "__Host-staff" if secure else "staff"
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip

    def keep(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, path="/", secure=self.secure, httponly=True, samesite="strict")

    def drop(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="strict")

    def speech(self, request: Request, session: Session | None) -> Speech:
        chosen = session.language if session else request.cookies.get("language", "")
        known = chosen if chosen in LANGUAGES else preferred(request.headers.get("accept-language", ""))
        return Speech(known, self.zone)

    def page(
        self, request: Request, session: Session | None, template: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Draw a page. `texts` and `faults` fill its form."""
        speech = self.speech(request, session)
        note = session.said() if session else None
        given = {"faults": {}, "texts": {}, "was": {}, "today": self.today(), **values}
        text = self._templates.get_template(template).render(
            say=speech.say, named=speech.named, day=speech.day, moment=speech.moment, money=speech.money,
            fault=speech.fault, language=speech.language, session=session, note=note, link=link,
            path=request.url.path, **given,
        )  # fmt: skip
        return HTMLResponse(text, status)

    def today(self) -> date:
        return self.clock.now().astimezone(self.zone).date()


def front_of(request: Request) -> Front:
    front = request.app.state.front
    assert isinstance(front, Front)
    return front


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is logged in asks for a page."""

    request: Request = field(repr=False)
    front: Front
    session: Session

    @property
    def office(self) -> Office:
        return self.front.office

    @property
    def who(self) -> str:
        return self.session.who

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        return self.front.page(self.request, self.session, template, status, **values)

    def form(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page with fields of a fixed choice."""
        return self.page(template, status, choices=self.office.choices(), **values)

    def say(self, words: str, **values: str) -> None:
        """Let the next page say it, once."""
        self.session.say(words, **values)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that came from one of our pages. `file`: its name and what is in it."""

    visit: Visit
    fields: Mapping[str, str] = field(repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)

    def text(self, name: str) -> str:
        return self.fields.get(name, "")

    def texts(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self.text(name) for name in names}

    def changed(self, names: Iterable[str]) -> dict[str, str]:
        """The fields that differ from what the page showed: two who change different fields do not undo each other."""
        return {name: text for name, text in self.texts(names).items() if text != self.text(f"was.{name}")}

    def was(self) -> dict[str, str]:
        """What the page showed."""
        return {name.removeprefix("was."): text for name, text in self.fields.items() if name.startswith("was.")}


def here(request: Request) -> Visit:
    """The person at this browser. Raises `LoggedOut`."""
    front = front_of(request)
    session = front.sessions.find(request.cookies.get(front.cookie))
    if session is None:
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        raise LoggedOut(target if request.method == "GET" else "/")
    return Visit(request, front, session)


async def posted(request: Request) -> Posted:
    """The form that the person sent. Raises `LoggedOut`, or 403 for one that is not from our page."""
    visit = here(request)
    fields, file = await read_form(request)
    if not visit.session.sent_from_here(fields.get("token", "")):
        raise HTTPException(403)
    return Posted(visit, fields, file)


Here = Annotated[Visit, Depends(here)]
Sent = Annotated[Posted, Depends(posted)]


def by_field(faults: tuple[Fault, ...]) -> dict[str, Fault]:
    """The first fault of each field."""
    return {fault.field: fault for fault in reversed(faults)}


def link(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query, quote_via=quote)}" if query else path


def see(path: str, **query: str) -> RedirectResponse:
    """Go and look there: a reload sends nothing again."""
    return RedirectResponse(link(path, **query), 303)


async def read_form(request: Request) -> tuple[dict[str, str], tuple[str, bytes] | None]:
    """Read a form's fields, and its one file. What is too long or too much is answered with 413."""
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=MOST_LIST) as form:
        fields: dict[str, str] = {}
        file: tuple[str, bytes] | None = None
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                data = await value.read(MOST_LIST + 1)
                if len(data) > MOST_LIST:
                    raise HTTPException(413)
                file = (value.filename or "", data)
            elif len(value) > LONGEST_FIELD:
                raise HTTPException(413)
            else:
                fields[name] = value
        return fields, file
