"""What commands say to staff: in the language of whoever typed, else in the station's."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import polib
import pytest

from kiosk.app import client
from kiosk.app.attention import Care
from kiosk.app.cli import main
from kiosk.app.control import ControlServer
from kiosk.app.runtime import CLOSED
from kiosk.app.tongue import LOCALES, Tongue, language_of, tongue
from kiosk.domain.items import Standing
from kiosk.flows.degraded import TABLE
from sync.outbox import replay

CATALOGUES = sorted(LOCALES.glob("*/LC_MESSAGES/command.po"))
WORDS = {
    "ready", "clock", "journal", "abis", "tags", "scanner", "printer", "cards", "mail", "screen", "lent", "returned",
    "pending", "sending", "unknown", "review", "refused", "starts", "stopped",
}  # fmt: skip
"""Single words of what a station answers."""


def said_by_the_client() -> Iterator[str]:
    tree = ast.parse(Path(client.__file__).read_text("utf-8"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ("say", "told"):
            yield from (each.value for each in call.args[:1] if isinstance(each, ast.Constant))
        if isinstance(call, ast.IfExp):
            texts = [each.value for each in (call.body, call.orelse) if isinstance(each, ast.Constant)]
            yield from (text for text in texts if isinstance(text, str) and " " in text)


def told_by_the_station() -> Iterator[str]:
    yield from (CLOSED, *(row.staff for row in TABLE))
    yield from (care.value for care in Care)
    yield from (f"the library system says the item is {each.name.lower().replace('_', ' ')}" for each in Standing)
    for node in ast.walk(ast.parse(Path(replay.__file__).read_text("utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Review":
            yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and node.value.value:
            yield node.value.value


REFUSALS = {
    "this user may not speak to the station",
    "no row {} waits for a person",
    "no row {} asks for attention",
    "row {} waits in the outbox: kiosk outbox dismiss {}, or retry",
    "dismissing a row needs a reason of at most {} characters",
    "which row? its number is its id in the list",
    "forget needs the card's number: card",
    "older than {} hours: staff may have dealt with it by hand",
    "{} loans or returns of this reader are not yet confirmed by the library system. Forget the reader again once they "
    "are.",
    "{} requests of this reader have had no answer from the library system yet. Forget the reader again once they "
    "have.",
    "This reader is in front of the screen. Forget the reader again afterwards.",
    "The clock of this station is not doubted.",
}
"""With any number where the braces are."""
ALL = {text for text in (*said_by_the_client(), *told_by_the_station()) if isinstance(text, str)} | WORDS | REFUSALS


def test_russian_is_there() -> None:
    assert "ru" in {path.parts[-3] for path in CATALOGUES}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_language_has_all_there_is_to_say_and_nothing_else(path: Path) -> None:
    entries = polib.pofile(str(path), encoding="utf-8")
    assert {entry.msgid for entry in entries} == ALL
    for entry in entries:
        assert entry.msgstr
        assert blanks(entry.msgstr) == blanks(entry.msgid)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("environment", "station", "spoken"),
    [
        ({}, "ru", "ru"),
        ({"LANG": "C.UTF-8"}, "ru", "ru"),
        ({"LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"}, "ru", "ru"),
        ({"LANG": "en_GB.UTF-8"}, "ru", "en"),
        ({"LANG": "ru_RU.UTF-8"}, "en", "ru"),
        ({"LC_MESSAGES": "ru_RU", "LANG": "en_US"}, "en", "ru"),
        ({}, "en", "en"),
        ({}, "tt", "en"),
        ({}, "../../x", "en"),
        ({"LANG": "de_DE@euro"}, "ru", "en"),
    ],
)
def test_the_terminal_says_the_language_and_where_it_does_not_the_station_does(
    environment: Mapping[str, str], station: str, spoken: str
) -> None:
    assert tongue(language_of(environment, lambda: station)).tag == spoken


def test_what_there_are_no_words_for_is_said_in_english() -> None:
    russian = tongue("ru")
    assert russian.told("no row 70 waits for a person") == "строка 70 не ждёт решения сотрудника"
    assert russian.told("row 3 waits in the outbox: kiosk outbox dismiss 3, or retry").startswith("строка 3 ждёт")
    assert russian.told("X 2000 is silent") == "X 2000 is silent"
    assert russian.told("the pad smells of smoke") == "the pad smells of smoke"
    assert Tongue("ru", {}).say("Row {id} is ticked off.", id=3) == "Row 3 is ticked off."


ATTENTION = [{"id": 7, "at": "2026-11-20T13:00:00+04:00", "item": "X1", "care": Care.DAMAGED.value}]
OUTBOX = [
    {"id": 1, "what": "lent", "item": "X1", "card": "•••• 4172", "when": "2026-11-20T13:00:00+04:00",
     "state": "review", "reason": "refused: other", "said": "нет"},
    {"id": 2, "what": "returned", "item": "X2", "card": None, "when": "2026-11-20T13:01:00+04:00",
     "state": "pending", "reason": "on loan to another reader", "said": ""},
]  # fmt: skip
STATUS = {
    "station": "desk-1", "busy": False, "waiting": 2, "review": 1, "attention": ATTENTION, "true_frame": 4,
    "health": {"journal": "ready", "tags+cards 2": "the pad is silent"}, "degraded": [TABLE[2].staff],
    "library": {"store": {"address": "0.0.0.0:6001", "stands": False, "trouble": ""}, "backup": None},
    "mail": {"waiting": 1},
}  # fmt: skip
ANSWERS: dict[str, object] = {
    "attention": ATTENTION, "outbox": OUTBOX, "status": STATUS, "verify": {"holds": True, "rows": 5},
    "forget": {"forgotten": True}, "outbox-retry": "Row 1 …", "outbox-dismiss": "Row 1 …",
    "attention-dismiss": "Row 7 …",
}  # fmt: skip
TYPED = [
    ["status"], ["attention"], ["attention", "dismiss", "7", "--reason", "ok"], ["outbox"], ["outbox", "retry", "1"],
    ["outbox", "dismiss", "1", "--reason", "ok"], ["verify"], ["forget", "123"], ["clock"],
]  # fmt: skip


def answered(station: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Type every command at a station of this language."""
    told = {verb: (lambda _, answer=answer: answer) for verb, answer in ANSWERS.items()}
    server = ControlServer(folder / f"{station}.sock", {**told, "language": lambda _: station})
    server.start()
    try:
        for words in TYPED:
            main([*words, "--socket", str(server.path)])
    finally:
        server.stop()
    out, err = capsys.readouterr()
    assert not err
    return out


def test_staff_of_a_russian_library_are_told_in_russian(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    said = answered("ru", tmp_path, capsys)
    assert "     7  2026-11-20 13:00  X1: читатель сообщает о повреждении: посмотрите" in said
    assert "     1  2026-11-20 13:00  выдано    X1  билет •••• 4172  ждёт сотрудника\n        отказ АБИС: other" in said
    assert "выдана другому читателю" in said
    assert "  журнал: работает\n  столик+считыватель билетов 2: the pad is silent\n" in said
    assert "! встроенный учёт: нет по адресу 0.0.0.0:6001: запускается" in said
    english = re.sub(
        r"the pad is silent|kiosk (outbox|attention) (retry|dismiss)|--reason|kiosk outbox|desk-1", "", said
    )
    assert set(re.findall(r"[A-Za-z]{3,}", english)) <= {"other"}


def test_a_refusal_is_told_in_the_language_of_the_station(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> object:
        raise ValueError("no row 7 asks for attention")

    monkeypatch.setenv("LC_ALL", "C")
    server = ControlServer(tmp_path / "s", {"attention-dismiss": refuse, "language": lambda _: "ru"})
    server.start()
    try:
        assert main(["attention", "dismiss", "7", "--reason", "ok", "--socket", str(server.path)]) == 1
    finally:
        server.stop()
    assert capsys.readouterr().err == "строка 7 не требует внимания\n"


def test_staff_of_an_english_library_are_told_in_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    said = answered("en", tmp_path, capsys)
    assert "     7  2026-11-20 13:00  X1: its reader calls it damaged: look at it" in said
    assert "Row 7 is ticked off." in said
    assert set(re.findall(r"[А-Яа-я]+", said)) == {"нет"}


def test_a_station_that_does_not_tell_its_language_is_spoken_of_in_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    server = ControlServer(tmp_path / "s", {"verify": lambda _: {"holds": True, "rows": 1}})
    server.start()
    try:
        main(["verify", "--socket", str(server.path)])
    finally:
        server.stop()
    assert capsys.readouterr().out == "The journal holds: 1 rows.\n"
