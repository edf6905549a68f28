"""The rules that every test is under are tested themselves: each must be able to say no."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

RULES = Path(__file__).with_name("conftest.py")

STRAYING = """
import socket, pytest
from hypothesis import given, strategies as st

def test_dials_out():
    with pytest.raises(PermissionError):
        socket.create_connection(("192.0.2.7", 80), timeout=1)

def test_dials_out_and_takes_it_for_a_bad_line():
    try:
        socket.create_connection(("192.0.2.8", 80), timeout=1)
    except OSError:
        pass

def test_asks_a_name_server():
    with pytest.raises(PermissionError):
        socket.getaddrinfo("abis.invalid", 6001)

def test_sends_a_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, pytest.raises(PermissionError):
        sock.sendto(b"?", ("192.0.2.9", 53))

def test_stays_here(counts, effort, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        counts.add("states walked", 1200)
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))
    counts.add("states walked", effort(34, 5000))

@given(st.integers())
def test_of_many_cases(number):
    assert number == number

@pytest.mark.long
def test_only_before_a_release():
    pass
"""


def _run(folder: Path, *options: str) -> str:
    shutil.copy(RULES, folder / "conftest.py")
    (folder / "test_straying.py").write_text(STRAYING)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rfEs", *options, str(folder)]
    wide = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=wide, timeout=60, check=False).stdout


def test_a_test_that_leaves_this_machine_fails_even_if_it_swallows_the_refusal(tmp_path: Path) -> None:
    report = _run(tmp_path)
    for name in ("dials_out", "dials_out_and_takes_it_for_a_bad_line", "asks_a_name_server", "sends_a_datagram"):
        assert f"ERROR test_straying.py::test_{name} - Failed: reached beyond this machine" in report
    assert "test_stays_here" not in report


def test_counts_stand_before_the_closing_line_and_hypothesis_cases_count_themselves(tmp_path: Path) -> None:
    *_, counts, closing = _run(tmp_path, "-k", "stays_here or many_cases or release").partition(" counts ")
    sums = {line[:28].strip(): line[28:].strip() for line in closing.splitlines()[1:-1]}
    assert counts
    assert sums == {"hypothesis cases": "60", "states walked": "1,234"}
    assert "2 passed, 1 skipped" in closing.splitlines()[-1]


def test_the_long_run_is_the_same_tests_with_larger_counts(tmp_path: Path) -> None:
    report = _run(tmp_path, "--long", "-k", "stays_here or many_cases or release")
    assert "3 passed" in report.splitlines()[-1]
    assert "6,200" in report
    assert "3,000" in report
