"""The page's words: the same in every language, and for everything that can happen."""

import ast
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from kiosk.app.demo import scenarios
from kiosk.app.demo.catalogue import copies, readers
from kiosk.app.demo.scenarios import SCENARIOS
from kiosk.domain.records import Kind
from ui.simdesk.port import Oddity, Plug, Trouble, Weather

STATIC = files("ui.simdesk") / "static"
LANGUAGES = ("ru", "en")


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((STATIC / f"words.{language}.json").read_text(encoding="utf-8"))
    return found


def steps() -> set[str]:
    """Names of the steps of all scenarios, those of the functions they share under each scenario that calls them."""
    told: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for function in ast.parse(Path(scenarios.__file__).read_text("utf-8")).body:
        if isinstance(function, ast.FunctionDef):
            text = ast.unparse(function)
            told[function.name] = set(re.findall(r"hands\.step\(f?'(\w+(?:{.*?})?)'", text))
            calls[function.name] = set(re.findall(r"\b(_\w+)\(hands", text))
    return {
        f"step.{name}.{step}"
        for name in SCENARIOS
        for step in told[name] | {step for helper in calls[name] for step in told[helper]}
    }


def test_both_languages_have_the_same_words_with_the_same_gaps() -> None:
    russian, english = (words(language) for language in LANGUAGES)
    assert russian.keys() == english.keys()
    assert {name for name in russian if russian[name].count("{}") != english[name].count("{}")} == set()
    assert {name for name, text in (*russian.items(), *english.items()) if not text.strip()} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_happen_has_words(language: str) -> None:
    there = words(language)
    wanted = {
        *(f"kind.{kind}" for kind in Kind), *(f"weather.{one}" for one in Weather), *(f"plug.{one}" for one in Plug),
        *(f"trouble.{one}" for one in Trouble), *(f"odd.{one}" for one in Oddity),
        *(f"odd.{one}.note" for one in Oddity), *(f"scenario.{name}" for name in SCENARIOS),
        *(f"scenario.{name}.watch" for name in SCENARIOS), *(f"case.{reader.card}" for reader in readers()),
    }  # fmt: skip
    assert wanted - there.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_every_scenario_says_what_to_watch_and_no_step_is_told_that_never_comes(language: str) -> None:
    cards = {f"step.three_cards.card_{number}" for number in (1, 2, 3)}
    wanted = {step for step in steps() if "{" not in step} | cards
    assert len(wanted) > 30
    assert {name for name in words(language) if name.count(".") == 2 and name.startswith("step.")} == wanted


def test_notes_are_about_books_that_are_there() -> None:
    items = {copy.item for copy in copies()}
    notes = {name.removeprefix("note.") for name in words("ru") if name.startswith("note.")}
    assert len(notes) > 20
    assert notes - items == set()


def test_every_word_the_page_asks_for_is_there() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    script = (STATIC / "desk.js").read_text("utf-8")
    asked = set(re.findall(r'data-(?:t|placeholder|label)="([\w.]+)"', page)) | set(
        re.findall(r'say\("([\w.]+)"', script)
    )
    assert len(asked) > 50
    assert asked - words("ru").keys() == set()


def test_the_script_knows_every_kind_of_thing_the_desk_has() -> None:
    script = (STATIC / "desk.js").read_text("utf-8")
    for name, values in (("ODD", Oddity), ("TROUBLES", Trouble), ("WEATHERS", Weather)):
        found = re.search(rf"const {name} = (\[.*?\]);", script)
        assert found is not None
        assert json.loads(found[1]) == [str(value) for value in values]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_plug_has_a_name(language: str) -> None:
    assert {f"plug.{plug}" for plug in Plug} <= words(language).keys()
