"""A station whose library system is reached over SIP2 never loads what only a store of its own needs."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

STATION = """
[station]
name = "desk-1"
time_zone = "UTC"
policy = "policy.toml"
[abis]
kind = "sip2"
host = "koha.library.example"
"""
POLICY = 'schema = 1\nversion = 3\n[library]\nname = "Библиотека на Садовой"\n'

# All that such a station ever imports, its parts made, a row written, the doctor asked as over the control socket.
LOADS = """
import sys
from pathlib import Path
from kiosk.app import assembly, headless, run, show
from kiosk.app.configured import read_policy, read_station
from kiosk.app.doctor import findings
from kiosk.app.plugins import plugins
from kiosk.domain.records import Entry, Kind
from sync.journal.journal import StationJournal

path, state, found = Path(sys.argv[1]), Path(sys.argv[2]), plugins()
station = read_station(path, found)
parts = assembly.assemble(station, read_policy(station), found, state)
journal = StationJournal(parts.journal, parts.clock, ballast=0)
journal.start()
journal.write([Entry(Kind.STAFF_CALLED)])
journal.close()
parts.seen.close()
assert sorted(found.abis) == ["local", "sip2"], found
print(sorted({name.partition(".")[0] for name in sys.modules} & {"sqlalchemy", "sqlite3"}))
"""


def test_a_station_on_sip2_loads_no_sqlalchemy(tmp_path: Path) -> None:
    (tmp_path / "station.toml").write_text(STATION, "utf-8")
    (tmp_path / "policy.toml").write_text(POLICY, "utf-8")
    command = [sys.executable, "-c", LOADS, str(tmp_path / "station.toml"), str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "KIVY_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, check=False)
    assert (done.returncode, done.stdout) == (0, "['sqlite3']\n"), done.stderr
