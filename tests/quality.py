"""How `quality.toml` of a driver or a connector is judged: done with evidence, or exempt with a reason."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def folders(*package: str) -> list[Path]:
    """Return the packages that stand in this one, by name."""
    return sorted(path.parent for path in ROOT.joinpath(*package).glob("*/__init__.py"))


def assert_nothing_is_left_unsaid(folder: Path, rules: Iterable[str]) -> None:
    said = tomllib.loads((folder / "quality.toml").read_text(encoding="utf-8"))
    done, exempt = said.get("done", {}), said.get("exempt", {})
    assert said.keys() <= {"done", "exempt"}
    assert done.keys() | exempt.keys() == set(rules)
    assert not done.keys() & exempt.keys()
    assert [evidence for evidence in done.values() if not (ROOT / evidence).is_file()] == []
    assert [rule for rule, reason in exempt.items() if len(reason.split()) < 4] == []
