"""What each driver says of its own quality: done with evidence, or exempt with a reason. Nothing is left unsaid."""

from pathlib import Path

import pytest

from tests.quality import assert_nothing_is_left_unsaid, folders

FOLDERS = folders("devices", "drivers")
RULES = {
    "sans_io_codec": "the protocol takes bytes and gives values; no port, clock or thread in it",
    "sourced_facts": "every wire fact names where it is from",
    "others_bytes": "bytes that nobody here made are decoded or encoded",
    "fuzzed": "no bytes at all make the codec raise",
    "size_caps": "every size a peer can choose is capped, with the reason",
    "byte_true_simulator": "the simulator speaks the same bytes and is tested by itself",
    "physical_timing": "the simulator takes the time the device takes",
    "faults": "it meets every fault in the contract suite",
    "reconnects": "it comes back by itself after unplugging and silence",
    "idempotent_verbs": "asking twice does no harm",
    "confirmed_outcomes": "what it reports as done was confirmed by the device",
    "words_for_staff": "trouble is a sentence with its cure",
    "real_device": "it was run with a real device",
}


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_rule_is_done_with_evidence_or_exempt_with_a_reason(folder: Path) -> None:
    assert_nothing_is_left_unsaid(folder, RULES)


def test_there_are_drivers_to_judge() -> None:
    assert "feig" in [folder.name for folder in FOLDERS]
