"""`./run wheel`: what is carried to a kiosk PC, in dist/."""

import shutil
import subprocess

from tools.install import PYTHON, ROOT, Trouble, say
from tools.licences import closure, direct, normal

DIST = ROOT / "dist"


def wheel(arguments: list[str]) -> int:
    """Build the kiosk's wheel; `--with-libraries`: also one of every library it needs, for this system and Python."""
    if unknown := set(arguments) - {"--with-libraries"}:
        say(f"wheel knows --with-libraries, not {', '.join(sorted(unknown))}")
        return 2
    shutil.rmtree(DIST, ignore_errors=True)
    _do([str(PYTHON), "-m", "hatchling", "build", "--target", "wheel", "--directory", str(DIST)])
    if arguments:
        _do([str(PYTHON), "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(DIST), *shipped()])
    built = sorted(DIST.glob("*.whl"))
    say(f"{DIST.relative_to(ROOT)}: {len(built)} wheel{'s' if len(built) > 1 else ''}, to be installed as "
        "docs/install.md says")  # fmt: skip
    return 0


def shipped() -> list[str]:
    """Return the libraries of a station as the lock has them: `name==version`."""
    needed = set(closure(direct()))
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return [line for line in lines if "==" in line and normal(line.partition("==")[0]) in needed]


def _do(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble((done.stdout + done.stderr).strip())
