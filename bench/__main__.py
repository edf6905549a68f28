"""`./run bench [NAME] [--json]`: run the measurements whose file name starts with NAME, print a row for each figure.

A measurement is a module of this folder with `measure() -> list[Row]`.
"""

import argparse
import importlib
import json
import pkgutil
import sys

import bench
from bench.row import Row, table

NOT_MEASUREMENTS = frozenset({"row", "__main__"})


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("name", nargs="?", default="", help="beginning of a measurement's name")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    modules = sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    names = [name for name in modules if name not in NOT_MEASUREMENTS and not name.startswith("_")]
    wanted = [name for name in names if name.startswith(options.name)]
    if not wanted:
        print(f"no measurement is called {options.name}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in wanted:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"bench.{name}").measure()
    print(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1) if options.json else table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
