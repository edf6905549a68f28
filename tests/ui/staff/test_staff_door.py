"""Who is let in to the staff's pages, who is not, and what no answer may carry."""

import json
import re
import ssl
import string
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from kiosk.ports.office import LISTS
from sync.abis.local import cells
from sync.abis.local.entry import SAID
from sync.abis.local.sheets import SHEETS
from tests.sync.still import StillClock
from tests.ui.staff.conftest import PASSWORD, WHO, Browser, Pages
from ui.staff.guard import HEADERS, MOST_BODY, MOST_LIST
from ui.staff.server import PagesServer
from ui.staff.sessions import FREE_TRIES, Throttle
from ui.staff.texts import LANGUAGES, words

STAFF = Path(__file__).parents[3] / "ui" / "staff"
DEEDS = ("/readers", "/reader?card=ANNA", "/reader/barcode.svg?card=ANNA", "/deeds", "/lists", "/year")


# --- the door


@pytest.mark.parametrize("path", ["/", *DEEDS])
def test_a_stranger_sees_the_door_and_no_reader(stranger: Callable[[], Browser], path: str) -> None:
    page = stranger().get(path)
    assert "Вход для сотрудников" in page.seen
    assert "Анна" not in page.seen


def test_after_logging_in_one_is_where_one_wanted_to_go(stranger: Callable[[], Browser]) -> None:
    browser = stranger()
    browser.get("/reader?card=ANNA")
    assert "Анна Лебедева" in browser.send("/login", who=WHO, password=PASSWORD).seen


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
def test_nobody_is_led_away_after_logging_in(stranger: Callable[[], Browser], then: str) -> None:
    browser = stranger()
    browser.get("/login")
    body = urlencode(browser.filled("/login") | {"then": then, "who": WHO, "password": PASSWORD})
    assert browser.ask("POST", "/login", body.encode()).headers["location"] == "/"


@pytest.mark.parametrize(("who", "password"), [(WHO, "wrong words here"), ("Nobody", PASSWORD), (WHO, ""), ("", "")])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(
    stranger: Callable[[], Browser], who: str, password: str
) -> None:
    page = stranger().log_in(who, password)
    assert (page.status, "Имя или пароль не подошли." in page.seen) == (403, True)
    assert password == "" or password not in page.text


def test_who_tries_too_often_waits_longer_each_time_even_with_the_right_password(pages: Pages) -> None:
    for _ in range(FREE_TRIES):
        pages.browser().log_in(password="wrong words here")
    page = pages.browser().log_in()
    assert (page.status, "Подождите" in page.seen) == (429, True)
    pages.clock.passes(timedelta(seconds=31))
    assert pages.browser().log_in().status == 200


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    clock = StillClock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(FREE_TRIES + 8):
        throttle.wrong("name")
        waits.append(throttle.wait("name", "address"))
    assert waits[FREE_TRIES - 1 :] == [30, 60, 120, 240, 480, 900, 900, 900, 900]
    assert throttle.wait("another") == 0
    throttle.right("name")
    assert throttle.wait("name") == 0


def test_a_session_ends_by_the_button_by_rest_and_by_the_day(pages: Pages) -> None:
    browser = pages.browser()
    browser.log_in()
    kept = dict(browser.cookies)
    browser.get("/")
    browser.send("/logout")
    assert "Вход для сотрудников" in Browser(pages.port, kept).get("/").seen
    browser.log_in()
    pages.clock.passes(timedelta(minutes=31))
    assert "Вход для сотрудников" in browser.get("/").seen
    browser.log_in()
    for _ in range(25):
        pages.clock.passes(timedelta(minutes=29))
        last = browser.get("/")
    assert "Вход для сотрудников" in last.seen


def test_who_was_removed_or_has_another_password_is_out_at_once(pages: Pages, browser: Browser) -> None:
    pages.staff.set(WHO, "other words are easy")
    assert "Вход для сотрудников" in browser.get("/").seen
    browser.log_in(password="other words are easy")
    pages.staff.remove(WHO)
    assert "Вход для сотрудников" in browser.get("/").seen
    assert browser.log_in(password="other words are easy").status == 403


# --- forms


@pytest.mark.parametrize(
    "action", ["/reader/add", "/reader/pin?card=ANNA", "/book/lost?item=S1", "/backups", "/logout"]
)
@pytest.mark.parametrize("token", ["", "token=", "token=guess"])
def test_a_form_without_the_token_does_nothing(pages: Pages, browser: Browser, action: str, token: str) -> None:
    assert browser.ask("POST", action, f"{token}&card=X".encode()).status == 403
    assert pages.office.deeds() == ()
    assert browser.get("/").status == 200


def test_the_token_of_another_session_is_none(pages: Pages, browser: Browser) -> None:
    other = pages.browser()
    other.log_in()
    other.get("/backups")
    token = other.filled("/backups")["token"]
    assert browser.ask("POST", "/backups", f"token={token}".encode()).status == 403


def test_another_sites_page_sends_no_form_here(pages: Pages, browser: Browser) -> None:
    browser.get("/backups")
    body = f"token={browser.filled('/backups')['token']}".encode()
    for origin in ("https://evil.example", "null", f"https://127.0.0.1:{pages.port}"):
        assert browser.ask("POST", "/backups", body, Origin=origin).status == 403
    assert browser.ask("POST", "/backups", body, Origin=f"http://127.0.0.1:{pages.port}").status == 303


def test_logging_in_needs_a_form_of_our_own_too(stranger: Callable[[], Browser]) -> None:
    browser = stranger()
    body = urlencode({"who": WHO, "password": PASSWORD, "token": ""}).encode()
    assert browser.ask("POST", "/login", body).status == 403
    browser.cookies["door"] = ""
    assert browser.ask("POST", "/login", body).status == 403
    assert browser.ask("GET", "/").status == 303


def test_what_is_too_long_or_too_much_is_not_read(browser: Browser) -> None:
    assert browser.ask("POST", "/reader/add", b"x" * (MOST_BODY + 1)).status == 413
    assert browser.ask("POST", "/lists/preview", b"", Content_Length=str(MOST_LIST + MOST_BODY + 1)).status == 413
    assert browser.ask("POST", "/reader/add", b"", Transfer_Encoding="chunked").status == 413
    assert browser.ask("POST", "/reader/add", b"&".join(b"a%d=1" % n for n in range(200))).status in (400, 413, 500)
    assert browser.ask("POST", "/reader/add", b"card=" + b"x" * 3000).status == 413
    assert browser.ask("PUT", "/reader/add").status == 405
    assert browser.get("/").status == 200


# --- what answers carry


def test_every_answer_has_the_headers_and_is_kept_nowhere(pages: Pages, browser: Browser) -> None:
    stranger = pages.browser()
    answers = [
        *(browser.ask("GET", path) for path in ("/", "/readers", "/nothing", "/static/nothing", "/reader?card=none")),
        stranger.ask("GET", "/login"), stranger.ask("GET", "/"), stranger.ask("POST", "/backups", b""),
        stranger.ask("PUT", "/"), browser.ask("GET", "/reader"),
    ]  # fmt: skip
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
    assert "script-src" not in HEADERS["content-security-policy"]  # none is allowed


def test_cookies_are_out_of_reach_for_pages_and_other_sites(pages: Pages) -> None:
    browser = pages.browser()
    made = browser.ask("GET", "/login").cookies
    browser.get("/login")
    body = urlencode(browser.filled("/login") | {"who": WHO, "password": PASSWORD})
    made += browser.ask("POST", "/login", body.encode()).cookies
    assert len(made) == 3
    assert all("HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie for cookie in made)


def test_styles_and_fonts_are_ours_and_nothing_else_is_served(browser: Browser) -> None:
    assert browser.ask("GET", "/static/staff.css").headers["cache-control"].startswith("public")
    for name in ("../web.py", "..%2fweb.py", "words.ru.json", "staff.css/"):
        assert browser.ask("GET", f"/static/{name}").status in (404, 307)


def test_texts_of_readers_are_never_markup(pages: Pages, browser: Browser) -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    pages.office.add_reader("Нина", {"card": "E'\"<>&", "name": evil, "category": "adult", "note": evil})
    for path in ("/readers?q=img", "/reader?card=E'%22%3C%3E%26", "/reader/change?card=E'%22%3C%3E%26", "/deeds"):
        page = browser.get(path)
        assert page.status == 200
        assert "<img src=x" not in page.text
        assert "onerror" not in re.sub(r"&lt;img src=x onerror=alert\(1\)&gt;", "", page.text)


def test_over_tls_cookies_go_over_nothing_else(pages: Pages, tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme")
    from tests.sync.abis.shelves import MOSCOW
    from ui.staff.web import application

    made = trustme.CA().issue_cert("127.0.0.1")
    made.private_key_pem.write_to_path(tmp_path / "key.pem")
    made.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    app = application(pages.office, pages.staff, pages.clock, MOSCOW, secure=True)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with PagesServer(app, ("127.0.0.1", 0), tmp_path / "cert.pem", tmp_path / "key.pem") as server:
        page = urlopen(f"https://127.0.0.1:{server.port}/login", context=trusting, timeout=20)
        (cookie,) = page.headers.get_all("Set-Cookie")
        page.close()
    assert cookie.startswith("__Host-door=")
    assert "Secure" in cookie


# --- words and colours


def test_both_languages_say_the_same_things_with_the_same_blanks() -> None:
    first, second = (words(language) for language in LANGUAGES)
    assert first.keys() == second.keys()
    blanks = [{key: _blanks(text) for key, text in each.items()} for each in (first, second)]
    assert blanks[0] == blanks[1]
    assert all(text.strip() for each in (first, second) for text in each.values())


def test_every_word_that_a_page_or_the_office_uses_is_there() -> None:
    known = set(words("ru"))
    sources = "".join(path.read_text("utf-8") for path in [*STAFF.glob("templates/*.html"), *STAFF.glob("*.py")])
    said = set(re.findall(r"say\(\s*['\"]([a-z0-9_.]+)['\"]\s*[,)]", sources)) | set(
        re.findall(r"\.say\(\"([a-z_.]+)\"", sources)
    )
    assert said - known == set()
    kinds = {kind.word for sheet in SHEETS.values() for kind in sheet.columns.values()}
    faults = {f"fault.{word}" for word in (*SAID, *kinds) if word not in ("both_have",)}
    assert faults - known <= {"fault.yes_no", "fault.instant", "fault.closed_day", "fault.amount"}
    assert {f"field.{name}" for name in (*SHEETS["patrons"].columns, *SHEETS["items"].columns)} - known == set()
    assert {f"list.{name}" for name in LISTS} - known == set()
    assert tuple(SHEETS) == LISTS
    assert cells.KEY.fullmatch("x")


def test_the_words_files_are_sorted_out_of_one_another() -> None:
    for language in LANGUAGES:
        pairs = json.loads((STAFF / f"words.{language}.json").read_text("utf-8"), object_pairs_hook=list)
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys))


PAIRS = [
    ("ink", "bg"), ("ink", "surface"), ("muted", "surface"), ("muted", "bg"), ("muted", "sunken"),
    ("primary", "surface"), ("primary", "bg"), ("primary", "primary-soft"), ("on-primary", "primary"),
    ("ok", "ok-soft"),
    ("danger", "danger-soft"), ("danger", "surface"), ("danger", "bg"), ("on-danger", "danger"),
    ("warn-ink", "warn-soft"),
]  # fmt: skip


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(theme: int) -> None:
    css = (STAFF / "static" / "staff.css").read_text()
    tokens = dict(re.findall(r"--([a-z-]+):(#[0-9A-F]{6})", re.findall(r":root\{(.*?)\}", css, re.DOTALL)[theme]))
    weak = {pair: ratio for pair in PAIRS if (ratio := _contrast(*(tokens[name] for name in pair))) < 4.5}
    assert weak == {}
    assert _contrast(tokens["outline"], tokens["surface"]) >= 3


def _contrast(first: str, second: str) -> float:
    """WCAG 2.2, relative luminance."""
    lights = []
    for colour in (first, second):
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
