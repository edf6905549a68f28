"""The staff's pages of a small library on a port of this machine, and a browser without a script."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from sync.abis.local import open_store
from sync.abis.local.office import StoreOffice
from sync.abis.local.settings import Settings
from sync.abis.local.staff import StaffFile
from sync.abis.local.store import Store
from sync.spec import Surroundings
from tests.sync.abis.local.conftest import FILES
from tests.sync.abis.shelves import MOSCOW, filled_store
from tests.sync.still import StillClock
from ui.staff.server import PagesServer
from ui.staff.web import application

WHO, PASSWORD = "Нина Павловна", "four words are easy"


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: list[str]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def seen(self) -> str:
        """What stands on the page, without its tags."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


@dataclass
class Browser:
    """Keeps cookies, follows where it is sent, fills in forms as they stand on the last page."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    page: Answer | None = None
    language: str = "ru"

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request, no more."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Accept-Language": self.language, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent |= {name.replace("_", "-"): text for name, text in headers.items()}
        line.request(method, quote(path, safe="/?=&%"), body or None, sent)
        got = line.getresponse()
        told = {name.lower(): text for name, text in got.getheaders()}
        answer = Answer(got.status, told, got.read(), got.headers.get_all("Set-Cookie") or [])
        line.close()
        for each in answer.cookies:
            for name, morsel in SimpleCookie(each).items():
                self.cookies[name] = morsel.value
        return answer

    def get(self, path: str) -> Answer:
        """The page at the end of the way."""
        answer = self.ask("GET", path)
        while answer.status == 303:
            answer = self.ask("GET", answer.headers["location"])
        self.page = answer
        return answer

    def send(self, action: str, **fields: str) -> Answer:
        """Send the form of the last page that goes to `action`, with these fields filled in."""
        body = urlencode(self.filled(action) | {name.replace("__", "."): text for name, text in fields.items()})
        return self.follow(self.ask("POST", action, body.encode()))

    def follow(self, answer: Answer) -> Answer:
        self.page = answer
        return self.get(answer.headers["location"]) if answer.status == 303 else answer

    def filled(self, action: str) -> dict[str, str]:
        """The fields as they stand in the form."""
        assert self.page is not None
        forms = re.findall(r"<form([^>]*)>(.*?)</form>", self.page.text, re.DOTALL)
        (inside,) = [
            text for head, text in forms if f'action="{action.replace("&", "&amp;")}"' in head and "post" in head
        ]
        inside = re.sub(r'<input type="checkbox"[^>]*>', "", inside)
        found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', inside))
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', inside, re.DOTALL):
            chosen = re.findall(r'value="([^"]*)" selected', options) or re.findall(r'value="([^"]*)"', options)
            found[name] = chosen[0]
        return {name: unescape(text) for name, text in found.items()}

    def log_in(self, who: str = WHO, password: str = PASSWORD) -> Answer:
        self.get("/login")
        return self.send("/login", who=who, password=password)


@dataclass
class Pages:
    port: int
    store: Store
    office: StoreOffice
    staff: StaffFile
    clock: StillClock

    def browser(self) -> Browser:
        return Browser(self.port)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled_store(tmp_path_factory.mktemp("library"), FILES)


@pytest.fixture(scope="session")
def staff_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A password is hashed once."""
    staff = StaffFile(tmp_path_factory.mktemp("staff"))
    staff.set(WHO, PASSWORD)
    return staff.path.read_bytes()


@pytest.fixture
def pages(filled: Path, staff_file: bytes, tmp_path: Path) -> Iterator[Pages]:
    (tmp_path / "circulation.db").write_bytes(filled.read_bytes())
    (tmp_path / "staff.json").write_bytes(staff_file)
    clock = StillClock()
    store = open_store(Settings(), Surroundings(MOSCOW, clock, tmp_path))
    office, staff = StoreOffice(store, tmp_path / "backups"), StaffFile(tmp_path)
    app = application(office, staff, clock, MOSCOW, secure=False)
    with PagesServer(app, ("127.0.0.1", 0)) as server:
        yield Pages(server.port, store, office, staff, clock)
    store.close()


@pytest.fixture
def browser(pages: Pages) -> Browser:
    """Somebody of the staff, logged in."""
    browser = pages.browser()
    assert browser.log_in().status == 200
    return browser


@pytest.fixture
def stranger(pages: Pages) -> Callable[[], Browser]:
    return pages.browser
