"""A small file of secrets: its owner's alone, whole at any moment, and changed by one at a time."""

import json
import threading
from pathlib import Path

import pytest

from sync import own_file

SECONDS = 10.0


def test_it_is_for_its_owner_alone_and_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    own_file.write(path, {"имя": 1})
    assert json.loads(path.read_text("utf-8")) == {"имя": 1}
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(TypeError):
        own_file.write(path, {"no": object()})
    assert json.loads(path.read_text("utf-8")) == {"имя": 1}


def test_two_who_change_it_at_once_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    own_file.write(path, 0)
    inside, done = threading.Event(), threading.Event()

    def second() -> None:
        inside.set()
        with own_file.turn(path):
            own_file.write(path, json.loads(path.read_text()) + 1)
        done.set()

    other = threading.Thread(target=second)
    with own_file.turn(path):
        other.start()
        assert inside.wait(SECONDS)
        assert not done.wait(0.05)
        own_file.write(path, json.loads(path.read_text()) + 10)
    other.join(SECONDS)
    assert json.loads(path.read_text()) == 11
