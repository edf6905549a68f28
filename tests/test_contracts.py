"""The import contracts hold, and each of them can say no: a tree seeded with one forbidden import per rule."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# A tree with every folder the contracts speak of, and one import that each of them must refuse.
SEEDED = {
    "kiosk/__init__.py": "",
    "kiosk/__main__.py": "import kiosk.app",
    "kiosk/app/__init__.py": "import ui.touch, devices.transport, sync.journal, config, kiosk.flows.door, sqlite3",
    "kiosk/flows/__init__.py": "",
    "kiosk/flows/door.py": "import sync.journal",
    "kiosk/flows/visit.py": "import config",
    "kiosk/ports/__init__.py": "import kiosk.flows",
    "kiosk/effects.py": "import kiosk.events, kiosk.views",
    "kiosk/events.py": "import kiosk.views",
    "kiosk/views.py": "import kiosk.domain",
    "kiosk/domain/__init__.py": "import kiosk.events",
    "devices/__init__.py": "",
    "devices/transport/__init__.py": "import serial, evdev, smartcard",
    "devices/health.py": "import sync.journal, config",
    "devices/drivers/__init__.py": "",
    "devices/drivers/pad/__init__.py": "import devices.drivers.lamp",
    "devices/drivers/lamp/__init__.py": "import serial, sqlalchemy",
    "sync/__init__.py": "",
    "sync/journal.py": "import sqlalchemy, sqlite3, ui.touch, pysip2",
    "sync/wire.py": "import sync.hub",
    "sync/agent.py": "import sync.hub, sync.wire",
    "sync/hub.py": "import fastapi, sqlalchemy, sync.wire",
    "sync/abis/__init__.py": "",
    "sync/abis/sip2/__init__.py": "import sync.abis.local",
    "sync/abis/local/__init__.py": "import kivy, sqlalchemy",
    "ui/__init__.py": "",
    "ui/touch/__init__.py": "import kivy.app, ui.dashboard, ui.web, kiosk.app",
    "ui/dashboard/__init__.py": "import fastapi, ui.web",
    "ui/web/__init__.py": "import fastapi",
    "ui/words.py": "import fastapi, kivy",
    "config/__init__.py": "import devices.drivers.pad",
}
REFUSED = [
    "kiosk.flows.door -> sync.journal",
    "kiosk.flows.visit -> config",
    "kiosk.app -> sqlite3",
    "kiosk.ports -> kiosk.flows",
    "kiosk.events -> kiosk.views",
    "kiosk.domain -> kiosk.events",
    "devices.health -> sync.journal",
    "devices.health -> config",
    "devices.drivers.pad -> devices.drivers.lamp",
    "devices.drivers.lamp -> serial",
    "devices.drivers.lamp -> sqlalchemy",
    "sync.journal -> sqlalchemy",
    "sync.journal -> ui.touch",
    "sync.journal -> pysip2",
    "sync.wire -> sync.hub",
    "sync.agent -> sync.hub",
    "sync.abis.sip2 -> sync.abis.local",
    "sync.abis.local -> kivy",
    "ui.touch -> ui.dashboard",
    "ui.touch -> ui.web",
    "ui.touch -> kiosk.app",
    "ui.words -> fastapi",
    "ui.words -> kivy",
    "config -> devices.drivers.pad",
]
ALLOWED = [
    "kiosk.effects -> kiosk.events",
    "kiosk.app -> config",
    "kiosk.__main__ -> kiosk.app",
    "devices.transport -> serial",
    "sync.abis.local -> sqlalchemy",
    "sync.hub -> fastapi",
    "sync.hub -> sqlalchemy",
    "sync.journal -> sqlite3",
    "ui.touch -> kivy",
    "ui.dashboard -> fastapi",
]


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_contracts_hold() -> None:
    result = _lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def seeded_report(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, text in SEEDED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text + "\n")
    result = _lint_imports(folder)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


@pytest.mark.parametrize("refused", REFUSED)
def test_refuses(seeded_report: str, refused: str) -> None:
    assert f"{refused} (l." in seeded_report


@pytest.mark.parametrize("allowed", ALLOWED)
def test_allows(seeded_report: str, allowed: str) -> None:
    assert f"{allowed} (l." not in seeded_report
