"""The page's application: files, deeds, and two open lines, one for the screen and one for the desk.

GET  /                 the page, its script, style, words  GET /fonts/<name>   the screen's fonts
GET  /what/there-is    books, cards, scenarios             GET /covers/<item>  a book's cover
POST /do               one deed: {"act": "lay", "what": "30234…"}; 204, or 422 with the reason in words
WS   /screen           out: frames as JPEG, each preceded by its number (4 bytes, big endian); the next comes only after
                       {"drawn": number}. In: {"touch": "down" | "move" | "up", "x": 0…1, "y": 0…1}
WS   /desk             out: {"state": {…}}, {"rows": [{…}]} whenever something has changed
"""

from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from fastapi import FastAPI, HTTPException, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import FileResponse, JSONResponse

from ui.simdesk.guard import Guard
from ui.simdesk.lines import desk_line, screen_line
from ui.simdesk.port import Act, Deed, Desk, Impossible, Screen

PAGE = files("ui.simdesk") / "static"
FILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "": ("index.html", "text/html; charset=utf-8"),
        "desk.js": ("desk.js", "text/javascript; charset=utf-8"),
        "desk.css": ("desk.css", "text/css; charset=utf-8"),
        "icon.svg": ("icon.svg", "image/svg+xml"),
        "words.ru.json": ("words.ru.json", "application/json"),
        "words.en.json": ("words.en.json", "application/json"),
    }
)
FONT_FILES = frozenset({"GolosText-Regular.ttf", "GolosText-SemiBold.ttf"})
KEEP = {"cache-control": "private, max-age=3600"}
MOST_TEXT = 256  # characters of what a deed names


class Asked(BaseModel):
    """The body of a deed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    act: Annotated[Act, Field(strict=False)]
    what: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    seconds: Annotated[float, Field(ge=0, le=60, strict=False, allow_inf_nan=False)] = 0.0


def application(desk: Desk, screen: Screen, fonts: Path) -> FastAPI:
    """Make the application. `fonts`: the folder of the fonts that the kiosk's screen is set in."""
    app = FastAPI(title="virtual desk", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)
    app.add_exception_handler(RequestValidationError, lambda *_: JSONResponse({"detail": "this is no deed"}, 422))
    _serve_files(app, fonts)
    _serve_desk(app, desk)

    @app.websocket("/screen")
    async def see(socket: WebSocket) -> None:
        await screen_line(socket, screen)

    @app.websocket("/desk")
    async def follow(socket: WebSocket) -> None:
        await desk_line(socket, desk)

    return app


def _serve_files(app: FastAPI, fonts: Path) -> None:
    @app.get("/fonts/{name}")
    def font(name: str) -> Response:
        if name not in FONT_FILES:
            raise HTTPException(404)
        return FileResponse(fonts / name, media_type="font/ttf", headers=KEEP)

    @app.get("/{name}")
    def file(name: str) -> Response:
        if name not in FILES:
            raise HTTPException(404)
        path, kind = FILES[name]
        return Response((PAGE / path).read_bytes(), media_type=kind)

    app.add_api_route("/", lambda: file(""), methods=["GET"], response_model=None)


def _serve_desk(app: FastAPI, desk: Desk) -> None:
    @app.get("/covers/{item}")
    def cover(item: str) -> Response:
        picture = desk.cover(item)
        if picture is None:
            raise HTTPException(404)
        return Response(picture, media_type="image/png", headers=KEEP)

    @app.get("/what/there-is")
    def there_is() -> dict[str, object]:
        return {
            "books": [asdict(book) for book in desk.shelf()],
            "cards": [asdict(card) for card in desk.cards()],
            "scenarios": list(desk.scenarios()),
            "plugs": list(desk.plugs()),
        }

    @app.post("/do", status_code=204)
    def do(asked: Asked) -> None:
        try:
            desk.do(Deed(asked.act, asked.what, asked.seconds))
        except Impossible as fault:
            raise HTTPException(422, str(fault)) from fault
