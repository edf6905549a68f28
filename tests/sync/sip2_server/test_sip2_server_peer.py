"""A client nobody here wrote takes books home from our server: PyPI's `Sip2`, in Cyrillic.

Its checksums are off: it sums characters where the standard sums bytes, so that they hold for ASCII alone. Its wrapper
is not used: it takes the flags of a patron's status for permissions, which are denials.
"""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from Sip2.sip2 import Sip2  # type: ignore[import-untyped]

ANNA, MASTER, ONEGIN, PICNIC, SEAGULL, CLUB_HELD = (
    *("20234000134172", "30234000514561", "30234000510056", "30234000531177", "30234000513050", "30234000524693"),
)
CLOUD_ATLAS, NOBODYS = "30234000537240", "30234000999994"


class Quiet(Sip2):  # type: ignore[misc]
    """The client without the line it prints when it is let go."""

    def __del__(self) -> None:
        pass


class Peer:
    """The client, asked by the names it has for messages."""

    def __init__(self, client: Sip2) -> None:
        self.client = client

    def ask(self, message: str, *about: Any, **more: Any) -> tuple[dict[str, str], dict[str, list[str]]]:
        request = getattr(self.client, f"sip_{message}_request")(*about, **more)
        answer = getattr(self.client, f"sip_{message}_response")(self.client.get_response(request))
        return answer["fixed"], answer["variable"]


@pytest.fixture(params=["utf-8", "cp1251"])
def stranger(request: pytest.FixtureRequest, running: Any) -> Iterator[Peer]:
    account = {"user": "автомат", "password": "тайна", "encoding": request.param}
    server = running(settings={"accounts": [account], "encoding": request.param})
    client = Quiet()
    client.log = logging.getLogger("peer")  # it would open a file of its own
    client.hostName, client.hostPort, client.tlsEnable = "127.0.0.1", server.port, False
    client.hostEncoding, client.withCrc, client.language = request.param, False, "015"
    client.institutionId, client.scLocation, client.socketTimeout = "SAD", "Зал 1", 20
    client.connect()
    yield Peer(client)
    client.disconnect()


@pytest.fixture
def peer(stranger: Peer) -> Peer:
    """Logged in, with Anna in front of it."""
    assert stranger.ask("login", "автомат", "тайна")[0]["Ok"] == "1"
    stranger.client.patron, stranger.client.patronpwd = ANNA, "739164"
    return stranger


def test_a_wrong_login_is_refused(stranger: Any) -> None:
    assert stranger.ask("login", "автомат", "не та")[0]["Ok"] == "0"


def test_it_reads_what_the_server_can(peer: Any) -> None:
    fixed, variable = peer.ask("sc_status")
    assert fixed["OnlineStatus"] == "Y"
    assert variable["BX"] == ["YYYNYYYYYYYNNYYY"]


def test_it_knows_the_reader_by_her_pin(peer: Any) -> None:
    _, variable = peer.ask("patron_status")
    assert (variable["AE"], variable["BL"], variable["CQ"]) == (["Лебедева Анна Сергеевна"], ["Y"], ["Y"])
    peer.client.patronpwd = "1111"
    assert peer.ask("patron_status")[1]["CQ"] == ["N"]


def test_it_reads_lists_of_the_account(peer: Any) -> None:
    fixed, variable = peer.ask("patron_information", "charged", "1", "100")
    assert fixed["ChargedItemsCount"] == "0007"
    assert len(variable["AU"]) == 7
    assert peer.ask("patron_information", "unavail")[1]["CD"] == ["Зулейха открывает глаза", "Щегол"]


def test_it_takes_a_book_home_and_brings_it_back(peer: Any) -> None:
    fixed, variable = peer.ask("checkout", MASTER)
    assert (fixed["Ok"], variable["AJ"], variable["AH"]) == ("1", ["Мастер и Маргарита"], ["20261211    235900"])
    assert peer.ask("item_information", MASTER)[0]["CirculationStatus"] == "04"
    fixed, variable = peer.ask("checkin", MASTER)
    assert (fixed["Ok"], fixed["Alert"], variable["AJ"]) == ("1", "N", ["Мастер и Маргарита"])


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (CLUB_HELD, "Эту книгу ждёт другой читатель (в очереди: 1)"),
        (ONEGIN, "Она уже ваша (28.11.2026)"),
        (NOBODYS, "Мы не знаем эту книгу"),
    ],
    ids=["held", "yours", "unknown"],
)
def test_it_can_say_why_a_book_stays_here(peer: Any, item: str, says: str) -> None:
    fixed, variable = peer.ask("checkout", item)
    assert (fixed["Ok"], variable["AF"]) == ("0", [says])


def test_it_accepts_a_fee(peer: Any) -> None:
    fixed, variable = peer.ask("checkout", CLOUD_ATLAS)
    assert (fixed["Ok"], variable["BV"]) == ("0", ["50.00"])
    assert peer.ask("checkout", CLOUD_ATLAS, feeAcknowledged="Y")[0]["Ok"] == "1"


def test_it_renews_a_loan(peer: Any) -> None:
    assert peer.ask("renew", PICNIC)[0]["RenewalOk"] == "Y"
    assert peer.ask("renew", SEAGULL)[0]["Ok"] == "0"


def test_its_renew_all_lacks_the_date_and_so_renews_nothing(peer: Any) -> None:
    fixed, _ = peer.ask("renew_all")
    assert (fixed["Ok"], fixed["RenewedItems"]) == ("0", "0000")


def test_it_places_a_request(peer: Any) -> None:
    fixed, variable = peer.ask("hold", "+", itemIdentifier="30234000514686", holdType=2)
    assert (fixed["Ok"], variable["AJ"]) == ("1", ["Мастер и Маргарита"])


def test_it_ends_the_readers_session(peer: Any) -> None:
    assert peer.ask("end_patron_session")[0]["EndSession"] == "Y"
