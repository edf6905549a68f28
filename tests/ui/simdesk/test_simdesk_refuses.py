"""Who may not speak to the virtual desk, and what it does not understand."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.ui.simdesk.pretend import PretendDesk, PretendScreen
from ui.simdesk.guard import HEADERS, MOST_BODY, refused
from ui.simdesk.port import Act, Deed, JournalRow, Phase
from ui.simdesk.server import MOST_HEARD, DeskServer
from ui.simdesk.web import application

LAY = json.dumps({"act": "lay", "what": "1001"}).encode()
SECONDS = 10


@dataclass
class Served:
    desk: PretendDesk
    screen: PretendScreen
    host: str

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Ask as the page would, but for `headers`; one that is empty is left out."""
        said = {"Host": self.host, "Origin": f"http://{self.host}", "Content-Type": "application/json"}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            said.setdefault("Content-Length", str(len(body)))
        connection = http.client.HTTPConnection(self.host, timeout=SECONDS)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in said.items():
            if value:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        told = answer.status, answer.read(), answer.headers
        connection.close()
        return told

    def line(self, path: str, origin: str | None = None) -> ClientConnection:
        return connect(
            f"ws://{self.host}{path}", origin=origin or f"http://{self.host}", open_timeout=SECONDS, proxy=None
        )  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    fonts = tmp_path_factory.mktemp("fonts")
    (fonts / "GolosText-Regular.ttf").write_bytes(b"font")
    desk, screen = PretendDesk(), PretendScreen()
    with DeskServer(application(desk, screen, fonts), 0) as running:
        yield Served(desk, screen, urlsplit(running.address).netloc)


@pytest.fixture
def served(server: Served) -> Served:
    """The server, with a desk and a screen at which nothing was done yet."""
    server.desk.__init__()  # type: ignore[misc]
    server.screen.until(lambda: not server.screen.looks)
    server.screen.__init__()  # type: ignore[misc]
    return server


# --- who -------------------------------------------------------------------------------------------------------------


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    assert served.host.startswith("127.0.0.1:")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "127.0.0.1:x", "[::2]"]
)
def test_a_name_that_was_made_to_lead_here_reads_nothing(served: Served, host: str) -> None:
    status, said, _ = served.ask("GET", "/what/there-is", Host=host)
    assert status in (400, 421)
    assert b"1234" not in said


@pytest.mark.parametrize("host", ["localhost:8600", "127.0.0.1", "[::1]:7"])
def test_names_of_this_machine_may_have_any_port_for_a_tunnel_may_begin_there(served: Served, host: str) -> None:
    assert served.ask("POST", "/do", LAY, Host=host, Origin=f"http://{host}")[0] == 204


@pytest.mark.parametrize(
    "origin", ["", "null", "http://evil.example", "http://127.0.0.1:1", "https://{host}", "http://{host}.evil.example"]
)
def test_another_page_presses_nothing(served: Served, origin: str) -> None:
    assert served.ask("POST", "/do", LAY, Origin=origin.format(host=served.host))[0] == 403
    assert served.desk.done == []


@pytest.mark.parametrize("path", ["/screen", "/desk"])
def test_another_page_looks_at_nothing(served: Served, path: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        served.line(path, origin="http://evil.example")
    assert refusal.value.response.status_code == 403
    assert served.screen.looks == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_host_and_origin_say_a_stranger_is_refused(host: str, origin: str) -> None:
    if host.rpartition(":")[0] not in ("127.0.0.1", "localhost", "[::1]"):
        assert host in ("127.0.0.1", "localhost", "[::1]") or refused("http", "GET", {"host": host})
    if origin != "http://127.0.0.1:8600":
        assert refused("http", "POST", {"host": "127.0.0.1:8600", "origin": origin})


# --- what ------------------------------------------------------------------------------------------------------------


def test_a_deed_is_done(served: Served) -> None:
    assert served.ask("POST", "/do", LAY)[0] == 204
    assert served.desk.done == [Deed(Act.LAY, "1001")]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 3000, b'{"act": "fly"}', b'{"act": 3}', b'{"what": "1001"}',
        b'{"act": "lay", "what": 1001}', b'{"act": "lay", "what": null}', b'{"act": "lay", "who": "me"}',
        b'{"act": "weather", "what": "slow", "seconds": -1}', b'{"act": "weather", "what": "slow", "seconds": 1e9}',
        b'{"act": "weather", "what": "slow", "seconds": NaN}', b'{"act": "scan", "what": "%s"}' % (b"9" * 300),
    ],
)  # fmt: skip
def test_what_is_no_deed_is_refused(served: Served, body: bytes) -> None:
    assert served.ask("POST", "/do", body)[0] in (400, 422)
    assert served.desk.done == []


@given(st.binary(max_size=200))
def test_garbage_is_never_a_deed_and_never_a_fault_of_ours(server: Served, body: bytes) -> None:
    done = len(server.desk.done)
    assert server.ask("POST", "/do", body)[0] in (400, 422)
    assert len(server.desk.done) == done


def test_what_the_desk_cannot_do_is_said_in_words(served: Served) -> None:
    served.desk.refuses = "nothing more fits on the pad"
    status, said, _ = served.ask("POST", "/do", LAY)
    assert (status, json.loads(said)) == (422, {"detail": "nothing more fits on the pad"})


def test_a_request_that_is_too_long_is_refused_before_it_is_read(served: Served) -> None:
    assert served.ask("POST", "/do", b" " * MOST_BODY + LAY)[0] == 413
    assert served.ask("POST", "/do", None, Transfer_Encoding="chunked")[0] == 413
    assert served.ask("POST", "/do", LAY, Content_Length="abc")[0] in (400, 413)
    assert served.desk.done == []


@pytest.mark.parametrize("path", ["/no", "/fonts/../web.py", "/fonts/%2e%2e%2fweb.py", "/web.py", "/docs", "/covers/2",
                                  "/openapi.json", "/static/desk.js"])  # fmt: skip
def test_nothing_else_is_served(served: Served, path: str) -> None:
    assert served.ask("GET", path)[0] == 404


def test_reading_changes_nothing_and_deeds_are_not_read(served: Served) -> None:
    for method, path in (("GET", "/do"), ("PUT", "/do"), ("DELETE", "/what/there-is")):
        assert served.ask(method, path)[0] in (404, 405)


@pytest.mark.parametrize("path", ["/", "/desk.js", "/desk.css", "/icon.svg", "/words.ru.json", "/what/there-is", "/no",
                                  "/covers/1001", "/fonts/GolosText-Regular.ttf"])  # fmt: skip
def test_every_answer_forbids_what_the_page_does_not_need(served: Served, path: str) -> None:
    _, said, headers = served.ask("GET", path)
    assert said
    for name, value in HEADERS.items():
        assert headers[name] == value
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["server"] is None


def test_refusals_forbid_it_too(served: Served) -> None:
    assert served.ask("POST", "/do", LAY, Origin="null")[2]["content-security-policy"]


def test_the_page_needs_nothing_from_elsewhere(served: Served) -> None:
    for path in ("/", "/desk.js", "/desk.css"):
        said = served.ask("GET", path)[1].decode()
        assert "https://" not in said
        assert "http://" not in said.replace("http://www.w3.org", "")
    page = served.ask("GET", "/")[1].decode()
    assert "style=" not in page
    assert "onclick" not in page
    assert page.count("<script") == page.count('<script type="module" src="/desk.js"></script>') == 1


# --- the lines -------------------------------------------------------------------------------------------------------


def test_a_slow_page_gets_the_newest_frame_and_never_a_queue(served: Served) -> None:
    with served.line("/screen") as line:
        served.screen.until(lambda: served.screen.wanted == 1)
        served.screen.draw(1)
        assert line.recv(SECONDS) == b"\0\0\0\1frame 1"
        for number in (2, 3, 4, 5):
            served.screen.draw(number)
        line.send('{"drawn": 1}')
        assert line.recv(SECONDS) == b"\0\0\0\5frame 5"
        line.send('{"drawn": 5}')
        served.screen.until(lambda: served.screen.wanted == 3)
        with pytest.raises(TimeoutError):
            line.recv(0)
    served.screen.until(lambda: not served.screen.looks)


def test_a_page_that_opens_while_nothing_moves_sees_the_screen_at_once(served: Served) -> None:
    served.screen.draw(7)
    with served.line("/screen") as line:
        assert line.recv(SECONDS) == b"\0\0\0\7frame 7"


def test_a_screen_without_power_is_dark(served: Served) -> None:
    with served.line("/screen") as line:
        served.screen.until(lambda: served.screen.wanted == 1)
        served.screen.draw(0)
        assert line.recv(SECONDS) == bytes(4)
        served.screen.draw(9)
        assert line.recv(SECONDS) == b"\0\0\0\x09frame 9"


def test_a_finger_goes_down_moves_and_is_lifted_when_the_page_is_closed(served: Served) -> None:
    with served.line("/screen") as line:
        line.send('{"touch": "down", "x": 0.5, "y": 1}')
        line.send('{"touch": "move", "x": 0.25, "y": 0}')
        served.screen.until(lambda: len(served.screen.touched) == 2)
    served.screen.until(lambda: len(served.screen.touched) == 3)
    assert served.screen.touched == [(Phase.DOWN, 0.5, 1.0), (Phase.MOVE, 0.25, 0.0), (Phase.UP, 0.25, 0.0)]


@pytest.mark.parametrize(
    "said",
    [
        "", "{", "[]", "3", '{"touch": "hit", "x": 0, "y": 0}', '{"touch": "down", "x": 2, "y": 0}',
        '{"touch": "down", "x": NaN, "y": 0}', '{"touch": "down", "x": "0", "y": 0}', '{"touch": "down"}',
        '{"do": "lay"}', "[" * 3000, b"\x00\x01",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/screen", "/desk"])
def test_a_line_on_which_nonsense_is_said_is_hung_up(served: Served, path: str, said: str | bytes) -> None:
    with served.line(path) as line:
        line.send(said)
        with pytest.raises(ConnectionClosed):
            list(line)
        assert line.close_code == 1008
    assert served.screen.touched == []


def test_a_line_on_which_too_much_is_said_is_hung_up(served: Served) -> None:
    with served.line("/screen") as line:
        line.send(" " * (MOST_HEARD + 1))
        with pytest.raises(ConnectionClosed):
            line.recv(SECONDS)


def test_the_desk_line_tells_what_changes_and_rows_once(served: Served) -> None:
    served.desk.rows = [JournalRow(1, "10:00", "station_started")]
    with served.line("/desk") as line:
        assert json.loads(line.recv(SECONDS))["state"]["view"] == "Idle"
        assert [row["seq"] for row in json.loads(line.recv(SECONDS))["rows"]] == [1]
        served.ask("POST", "/do", b'{"act": "unplug", "what": "pad"}')
        served.desk.rows.append(JournalRow(2, "10:01", "session_started"))
        told = [json.loads(line.recv(SECONDS)) for _ in range(2)]
        assert [one["state"]["unplugged"] for one in told if "state" in one] == [["pad"]]
        assert [[row["seq"] for row in one["rows"]] for one in told if "rows" in one] == [[2]]


def test_a_taken_port_is_said(served: Served) -> None:
    with pytest.raises(OSError, match="in use"):
        DeskServer(application(served.desk, served.screen, Path()), int(served.host.rpartition(":")[2]))


def test_it_ends_while_pages_are_open(tmp_path: Path) -> None:
    screen = PretendScreen()
    with ExitStack() as held:
        with DeskServer(application(PretendDesk(), screen, tmp_path), 0) as server:
            host = urlsplit(server.address).netloc
            held.enter_context(Served(PretendDesk(), screen, host).line("/screen"))
            screen.until(lambda: bool(screen.looks))
        screen.until(lambda: not screen.looks)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), timeout=SECONDS)
