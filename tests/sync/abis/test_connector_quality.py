"""What each connector says of its own quality: done with evidence, or exempt with a reason. Nothing is left unsaid."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = sorted(path.parent for path in (ROOT / "sync" / "abis").glob("*/__init__.py"))
RULES = {
    "codec_fuzzed": "no bytes, rows or files at all make it fall",
    "sim_shipped": "something that plays the library system is shipped, faults included",
    "contract_suite": "it is played in the one contract suite",
    "refusals_mapped": "every refusal of the library system has its reason, case by case",
    "reconnect": "it comes back by itself, and says what may have been done",
    "docs": "a page says what can be set, what is honoured, how to try it",
    "settings_errors": "a wrong setting is named with what is allowed",
    "unverified": "nothing rests on a guess; what no fact confirms is named",
}


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_rule_is_done_with_evidence_or_exempt_with_a_reason(folder: Path) -> None:
    said = tomllib.loads((folder / "quality.toml").read_text(encoding="utf-8"))
    done, exempt = said.get("done", {}), said.get("exempt", {})
    assert said.keys() <= {"done", "exempt"}
    assert done.keys() | exempt.keys() == RULES.keys()
    assert not done.keys() & exempt.keys()
    assert [evidence for evidence in done.values() if not (ROOT / evidence).is_file()] == []
    assert [rule for rule, reason in exempt.items() if len(reason.split()) < 4] == []


def test_there_are_connectors_to_judge() -> None:
    assert {"local", "sip2"} <= {folder.name for folder in FOLDERS}
