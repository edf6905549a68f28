"""Open Library Kiosk: everything a person does with this folder.

  ./run demo [--scripted]         demo library, simulated devices, kiosk; --scripted: a reader's visit, then checked
  ./run test [--long] [tests …]   every check and test; --long with the counts of a release; or only the tests named
  ./run check [NAME …]            what a commit must pass: lint format types imports tests
  ./run bench [NAME] [--json]     measures, beside what they are measured against
  ./run pictures                  draws every screen into docs/pictures
  ./run kiosk …                   the command of an installed station: run, doctor, check-config, library
  ./run setup [--dry-run] [--without-apt]   installs what is missing; every other command does so by itself
  ./run wheel [--with-libraries]  what is carried to a kiosk PC, in dist/; see docs/install.md
  ./run lock                      renews requirements.lock and THIRD-PARTY.md from pyproject.toml

Needs Debian 12 or newer, or Ubuntu 24.04, and Python 3.11 or newer.
"""

import os
import subprocess
import sys
from collections.abc import Callable

from tools import checks, display, install, lock, wheel
from tools.install import PYTHON, ROOT, say


def main(arguments: list[str]) -> int:
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command in ("help", "-h", "--help"):
        say(__doc__.strip())
        return 0
    if command not in _COMMANDS:
        say(f"no command {command}; ./run help tells what there is")
        return 2
    try:
        if command not in ("setup", "lock"):
            install.set_up()
        return _COMMANDS[command](rest)
    except install.Trouble as trouble:
        say(f"\nThis did not work: {trouble}")
        return 1
    except KeyboardInterrupt:
        return 130


def _setup(arguments: list[str]) -> int:
    if unknown := set(arguments) - {"--dry-run", "--without-apt"}:
        say(f"setup knows --dry-run and --without-apt, not {', '.join(sorted(unknown))}")
        return 2
    install.set_up(apt="--without-apt" not in arguments, dry_run="--dry-run" in arguments)
    if "--dry-run" not in arguments:
        say("everything is installed")
    return 0


def _lock(_arguments: list[str]) -> int:
    lock.renew()
    install.set_up()
    return subprocess.run([str(PYTHON), "-m", "tools.licences"], cwd=ROOT, check=False).returncode


def _demo(arguments: list[str]) -> int:
    return _drawing([str(PYTHON), "-m", "kiosk", "demo", *arguments], _in_callers_folder)


def _bench(arguments: list[str]) -> int:
    return _drawing([str(PYTHON), "-m", "bench", *arguments])


def _pictures(arguments: list[str]) -> int:
    return _drawing([str(PYTHON), "-m", "ui.touch.pictures", *arguments])


def _kiosk(arguments: list[str]) -> int:
    return _in_callers_folder([str(PYTHON), "-m", "kiosk", *arguments], dict(os.environ))


def _drawing(command: list[str], run: Callable[[list[str], dict[str, str]], int] | None = None) -> int:
    """Run on the display there is, or say so and run on a virtual one."""
    run = run or _here
    if display.has_display():
        return run(command, dict(os.environ))
    sys.stderr.write("no display here: drawing on a virtual one\n")  # what a program prints stays clean for pipes
    with display.virtual_display() as environment:
        return run(command, environment)


def _here(command: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _in_callers_folder(command: list[str], environment: dict[str, str]) -> int:
    """Names of files mean what they mean to the caller, and no module is taken from that folder."""
    folder = os.environ.get("KIOSK_CALLED_FROM", ROOT)
    environment = {**environment, "PYTHONSAFEPATH": "1"}
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode


_COMMANDS = {
    "demo": _demo, "test": checks.test, "check": checks.check, "bench": _bench, "pictures": _pictures,
    "kiosk": _kiosk, "setup": _setup, "wheel": wheel.wheel, "lock": _lock,
}  # fmt: skip

if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
