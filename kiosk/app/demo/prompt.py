"""The demo by hand: what a reader does with books and cards is typed; the screen is touched on the screen."""

from collections.abc import Callable, Iterable
from pathlib import Path

from kiosk.app.demo.catalogue import cards
from kiosk.app.demo.desk import Copy, DemoDesk
from kiosk.app.demo.mailbox import letters
from kiosk.app.demo.staff import CARDS
from kiosk.domain.ids import ItemId

HELP = """\
  lay TITLE      lay a book on the pad            lay солярис
  lift [TITLE]   lift a book, or all of them
  card [NAME]    hold a card before the scanner   card анна      (PIN 739164; most others 1234)
                 card сотрудник (PIN 602915) opens the staff screen, card тестовый a visit that never counts
  scan NUMBER    hold any barcode before it
  find WORDS     titles that contain these words
  pad            what lies on the pad
  paper          what the printer has printed
  mail           what has come by e-mail          (Anna has an address)
  quit
"""


class Prompt:
    """`say` gets every line of answer."""

    def __init__(self, desk: DemoDesk, say: Callable[[str], None], mailbox: Path) -> None:
        self._desk, self._say, self._mailbox = desk, say, mailbox

    def run(self, lines: Iterable[str], stop: Callable[[], None]) -> None:
        """Obey line by line until `quit`, then `stop`. At the end of input the demo goes on by itself."""
        self._say(HELP)
        for line in lines:
            if line.strip() in ("quit", "exit", "q"):
                stop()
                return
            self.obey(line)

    def obey(self, line: str) -> None:
        """Do one thing; what cannot be done is said."""
        verb, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        match verb.casefold():
            case "":
                pass
            case "lay":
                self._with_copy(rest, lambda copy: self._desk.lay(copy.item))
            case "lift" if not rest:
                self._desk.lift_all()
            case "lift":
                self._with_copy(rest, lambda copy: self._desk.lift(copy.item))
            case "card":
                self._card(rest)
            case "scan" if rest:
                self._desk.scan(rest)
            case "find" if rest:
                self._find(rest)
            case "pad":
                self._say("\n".join(f"  {copy.title}" for copy in self._desk.on_pad()) or "  nothing")
            case "paper":
                self._say("\n\n".join("\n".join(receipt) for receipt in self._desk.receipts()) or "  nothing yet")
            case "mail":
                self._say("\n\n".join("\n".join(letter) for letter in letters(self._mailbox)) or "  nothing yet")
            case _:
                self._say(HELP)

    def _with_copy(self, words: str, do: Callable[[Copy], None]) -> None:
        copy = self._desk.find(words)
        if copy is None:
            self._say(f"  no title contains {words!r}")
            return
        do(copy)
        self._say(f"  {copy.title}, {copy.author} ({copy.item})")

    def _card(self, words: str) -> None:
        sought = words.casefold() or "анна"
        there = cards() | {card.name: card.card for card in CARDS}
        found = next(
            ((name, card) for name, card in there.items() if sought in name.casefold() or sought == card), None
        )
        if found is None:
            self._say(f"  no reader is called {words!r}")
            return
        self._desk.show_card(found[1])
        self._say(f"  {found[0]}")

    def _find(self, words: str) -> None:
        sought = words.casefold()
        hits = {ItemId(c.title): c for c in self._desk.copies if sought in c.title.casefold()}
        self._say("\n".join(f"  {copy.title}, {copy.author}" for copy in list(hits.values())[:15]) or "  nothing")
