"""The library as a whole: the year, lists with a preview, backups, who did what."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from kiosk.ports.office import LISTS, Refused
from ui.staff.front import Here, Sent, see

FIRST_YEAR, LAST_YEAR = 1990, 2199
LONGEST_NAME = 100
"""Letters of a file's name that are shown."""

router = APIRouter(default_response_class=HTMLResponse)


@router.get("/year")
def show_year(visit: Here, year: str = "") -> Response:
    said = int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else visit.front.today().year
    which = min(max(said, FIRST_YEAR), LAST_YEAR)
    figures, missing = visit.office.figures(which), visit.office.not_registered(which)
    return visit.page("year.html", figures=figures, missing=missing)


@router.get("/lists")
def choose_list(visit: Here) -> Response:
    visit.session.upload = None
    return visit.page("lists.html", lists=LISTS, missing=False)


@router.post("/lists/preview")
def preview(posted: Sent) -> Response:
    visit, name = posted.visit, posted.text("list")
    if posted.file is None or not posted.file[1] or name not in LISTS:
        return visit.page("lists.html", 422, lists=LISTS, missing=True)
    plan = visit.office.preview(name, posted.file[1])
    visit.session.upload = None if plan.refused else (name, posted.file[1])
    return visit.page("preview.html", plan=plan, file=posted.file[0][:LONGEST_NAME])


@router.post("/lists/take")
def take(posted: Sent) -> Response:
    visit = posted.visit
    upload, visit.session.upload = visit.session.upload, None
    if upload is None:
        visit.say("note.nothing_to_take")
        return see("/lists")
    try:
        rows = visit.office.take(visit.who, *upload)
    except Refused:  # something changed between the look and the taking: look again
        visit.say("note.not_taken")
        return see("/lists")
    visit.say("note.taken", rows=str(rows))
    return see("/lists")


@router.get("/backups")
def backups(visit: Here) -> Response:
    return visit.page("backups.html", backups=visit.office.backups())


@router.post("/backups")
def backup(posted: Sent) -> Response:
    kept = posted.visit.office.backup(posted.visit.who)
    posted.visit.say("note.backup", name=kept.name)
    return see("/backups")


@router.get("/deeds")
def deeds(visit: Here) -> Response:
    return visit.page("deeds.html", deeds=visit.office.deeds())
