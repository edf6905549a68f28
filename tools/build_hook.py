"""Run by hatchling before it packs: a package without fonts, icons and sounds would be a kiosk that cannot draw."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # a build knows no package of ours

from tools import assets  # noqa: E402 - found from here


class WholePackage(BuildHookInterface[Any]):
    """Refuses to pack what the screen cannot be drawn with. An editable installation comes before its fonts."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling asks so
        if version != "editable" and (wanting := assets.wanting()):
            self.app.abort(f"not packed: {wanting}. Cure: ./run setup makes them; then build again")
