"""What each connector says of its own quality: done with evidence, or exempt with a reason. Nothing is left unsaid."""

from pathlib import Path

import pytest

from tests.quality import assert_nothing_is_left_unsaid, folders

FOLDERS = folders("sync", "abis")
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
    assert_nothing_is_left_unsaid(folder, RULES)


def test_there_are_connectors_to_judge() -> None:
    assert {"local", "sip2"} <= {folder.name for folder in FOLDERS}
