"""One scenario, played in a thread of its own, and what it says of itself."""

import logging
import threading
from collections.abc import Callable
from typing import TypeAlias

from kiosk.app.demo.hands import Hands, Stopped, Unseen
from kiosk.app.demo.kiosk_child import NotStarted
from kiosk.app.demo.scenarios import SCENARIOS
from ui.simdesk.port import Played

log = logging.getLogger(__name__)
MakeHands: TypeAlias = Callable[[Callable[[str], None], threading.Event], Hands]


class Play:
    """`told` is what it is at. `hands` makes the hands that play; `tidy` mends what an unfinished one leaves."""

    def __init__(self, name: str, hands: MakeHands, tidy: Callable[[], None]) -> None:
        self._hands, self._tidy = hands, tidy
        self._stopped = threading.Event()
        self.told = Played(name, "begin", True)
        self._thread = threading.Thread(target=self._run, name=f"scenario {name}", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when it has ended. Harmless when repeated."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        name, failed = self.told.name, ""
        hands = self._hands(self._tell, self._stopped)
        try:
            hands.begin()
            SCENARIOS[name](hands)
        except Stopped:
            self._tell("stopped")
        except (Unseen, NotStarted) as fault:
            failed = str(fault)
        except Exception as fault:
            log.exception("a scenario fell over")
            failed = type(fault).__name__
        if self.told.step != "end":
            self._tidy()
        self.told = Played(name, self.told.step, False, failed)

    def _tell(self, step: str) -> None:
        self.told = Played(self.told.name, step, True)
