"""The application: its pages, its styles, and what is said when something is wrong."""

import logging
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp

from kiosk.ports.abis import AbisFault
from kiosk.ports.clock import Clock
from kiosk.ports.office import Accounts, Office
from ui.staff import doorway, library, parting, readers, stock
from ui.staff.front import Front, LoggedOut, see
from ui.staff.guard import Guard

log = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"
FONTS = Path(__file__).parent.parent / "touch" / "assets" / "fonts"
"""The screen's own; without them the browser takes one of its own."""
FILES = {
    **dict.fromkeys(("staff.css", "print.css", "icon.svg"), STATIC),
    **dict.fromkeys(("GolosText-Regular.ttf", "GolosText-SemiBold.ttf"), FONTS),
}
DAY = "public, max-age=86400"


def application(office: Office, accounts: Accounts, clock: Clock, zone: ZoneInfo, *, secure: bool) -> ASGIApp:
    """Make the application. `secure`: it is reached over TLS, and its cookies are sent over nothing else."""
    front = Front(office, accounts, clock, zone, secure=secure)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.front = front
    for part in (doorway, readers, parting, stock, library):
        app.include_router(part.router)
    app.add_api_route("/static/{name}", _file, methods=["GET"], response_class=Response)
    _faults(app, front)
    return Guard(app, secure=secure)


def _file(name: str) -> Response:
    path = FILES.get(name, STATIC) / name
    if name not in FILES or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, headers={"cache-control": DAY})


def _faults(app: FastAPI, front: Front) -> None:
    @app.exception_handler(LoggedOut)
    def to_the_door(_request: Request, fault: LoggedOut) -> Response:
        return see("/login", then=fault.then) if fault.then != "/" else see("/login")

    @app.exception_handler(AbisFault)
    def store_is_away(request: Request, fault: AbisFault) -> Response:
        log.warning("staff pages: %s", fault)
        return _sorry(request, 503)

    @app.exception_handler(HTTPException)
    def nothing_here(request: Request, fault: HTTPException) -> Response:
        return _sorry(request, fault.status_code)

    @app.exception_handler(Exception)
    def fell_over(request: Request, _fault: Exception) -> Response:
        return _sorry(request, 500)

    def _sorry(request: Request, status: int) -> Response:
        known = status if status in (403, 404, 413, 500, 503) else 500
        return front.page(request, None, "sorry.html", status, what=str(known))
