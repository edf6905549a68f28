"""`kiosk receipt`: what readers take home, as this library's policy and this station's printer make it."""

import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from config import ConfigFault, Policy, Station
from devices.drivers.escpos.paper import UnknownModel
from devices.drivers.escpos.picture import paper
from devices.drivers.escpos.preview import preview
from devices.drivers.escpos.settings import Settings
from devices.drivers.escpos.sim import Printed
from kiosk.app.configured import read_policy, read_station
from kiosk.app.plugins import plugins
from kiosk.domain.money import Money
from kiosk.domain.receipts import Line, Receipt

FONTS = Path(__file__).parent.parent.parent / "ui" / "touch" / "assets" / "fonts"
REGULAR, BOLD = FONTS / "GolosText-Regular.ttf", FONTS / "GolosText-SemiBold.ttf"
DAYS = 21


def receipt(path: Path, language: str | None, picture: Path | None) -> int:
    """Print a made-up receipt, and draw it into a file where one is named. What goes wrong is said, and 1 returned."""
    try:
        station = read_station(path, plugins())
        policy = read_policy(station)
        lines, columns = _printed(station, policy, language or policy.rules.languages[0])
        print("\n".join("[picture]" if line.picture else line.text for line in lines))  # noqa: T201
        if picture is not None:
            paper(lines, columns, REGULAR, BOLD).save(picture, "PNG")
            print(f"\n{picture}", file=sys.stderr)  # noqa: T201 - the person who asked must see it
    except (ConfigFault, UnknownModel, OSError) as fault:
        print(fault, file=sys.stderr)  # noqa: T201 - the person who asked must see it
        return 1
    return 0


def _printed(station: Station, policy: Policy, language: str) -> tuple[Sequence[Printed], int]:
    at = datetime.now(station.zone)
    told = next((device.settings for device in station.devices if isinstance(device.settings, Settings)), None)
    model, phone = (told.model, told.phone) if told else (None, "")
    return preview(example(at.date(), language), policy.rules.letterhead, at, model, phone)


def example(today: date, language: str) -> Receipt:
    """Return a receipt with one of everything; the books exist, the reader does not."""
    due = today + timedelta(days=DAYS)
    return Receipt(
        card="•••• 4172",
        lent=(
            Line("Мастер и Маргарита", due, author="Булгаков М. А.", item="30000000000017"),
            Line("Краткая история времени: от Большого взрыва до чёрных дыр", due, confirmed=False, author="Хокинг С."),
        ),
        renewed=(Line("Пикник на обочине", due, author="Стругацкие А. и Б.", item="30000000000025"),),
        returned=(Line("Alice's Adventures in Wonderland", author="Carroll L.", item="30000000000033"),),
        language=language,
        name="Анна",
        fees=Money(5000, "RUB"),
    )
