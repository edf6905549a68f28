"""Renews requirements.lock: the exact version of every library that `./run` installs."""

import json
import subprocess

from tools.install import PYTHON, ROOT, Trouble, say

LOCK = ROOT / "requirements.lock"
_HEAD = """\
# Every library that `./run` installs, with the version it is tested with. Made by `./run lock` from pyproject.toml.
"""


def renew() -> None:
    """Resolve the project with its development and set-up groups anew and write what came out."""
    pip = [str(PYTHON), "-m", "pip"]
    subprocess.run([*pip, "install", "--quiet", "pip>=25.1"], cwd=ROOT, check=False)  # the first that knows --group
    command = [
        *pip, "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-",
        "--group", "dev", "--group", "setup", "--editable", ".[simdesk,staff]",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"pip could not resolve the project (it needs pip 25.1 or newer):\n{done.stderr}")
    LOCK.write_text(_HEAD + locked(json.loads(done.stdout)), encoding="utf-8")
    say(f"{LOCK.name}: {len(LOCK.read_text('utf-8').splitlines()) - 1} libraries")


def locked(report: dict[str, list[dict[str, dict[str, str]]]]) -> str:
    """Return `name==version` lines, sorted, from pip's installation report; the project itself is not among them."""
    found = {item["metadata"]["name"].lower(): item["metadata"]["version"] for item in report["install"]}
    found.pop("open-library-kiosk", None)
    return "".join(f"{name}=={version}\n" for name, version in sorted(found.items()))
