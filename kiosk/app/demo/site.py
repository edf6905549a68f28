"""The demo's own `station.toml` and policy, written for the wires and the port it got: a desk with a pad, or one that
reads barcodes only."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.app.demo.desk import ISIL, DemoDesk
from kiosk.app.demo.library import INSTITUTION, PASSWORD, USER
from kiosk.app.demo.mailbox import FOLDER

STATION = """\
[station]
name = "desk-1"
time_zone = "Europe/Samara"
policy = "policy.toml"
em_unit = "{em_unit}"

[screen]
fullscreen = false
width = {width}
height = {height}

[abis]
kind = "sip2"
profile = "open-library-kiosk"
host = "127.0.0.1"
port = {port}
user = "{user}"
password_file = "abis-password"
institution = "{institution}"

[devices.scanner]
driver = "barcode_serial"
wire = "{scanner}"

[devices.printer]
driver = "escpos"
wire = "{printer}"
phone = "8 800 000-00-00"

[mail]
pickup = "{mailbox}"
sender = "kiosk@library.example"
"""
PAD = """
[devices.pad]
driver = "feig"
wire = "{pad}"
"""
POLICY = """\
schema = 1
version = 1

[library]
name = "Библиотека на Садовой"
isil = "{isil}"
own = ["{isil}"]
duty_phone = "8 800 000-00-00"

[readers]
pin_length = 0

[lending]
sets = "ask"

[receipt]
ways = ["paper", "mail"]

[hours]
monday = ["10:00-19:00 staffed", "19:00-22:00 open_plus"]
tuesday = ["10:00-19:00 staffed", "19:00-22:00 open_plus"]
wednesday = ["10:00-19:00 staffed", "19:00-22:00 open_plus"]
thursday = ["10:00-19:00 staffed", "19:00-22:00 open_plus"]
friday = ["10:00-19:00 staffed", "19:00-22:00 open_plus"]
saturday = ["10:00-17:00 staffed", "17:00-22:00 open_plus"]
sunday = ["10:00-22:00 open_plus"]
"""
COUNTED = """
[barcode_desk]
loans = "count"
returns = "count"
"""


@dataclass(frozen=True, slots=True)
class Size:
    """Of the screen, in pixels."""

    width: int
    height: int

    @classmethod
    def read(cls, text: str) -> "Size":
        """Read `1920x1080`. Raises ValueError in words."""
        width, _, height = text.partition("x")
        if not (width.isdecimal() and height.isdecimal() and 320 <= int(width) <= 7680 and 320 <= int(height) <= 7680):
            raise ValueError(f"{text}: a size is width x height in pixels, such as 1920x1080")
        return cls(int(width), int(height))


def write_site(folder: Path, desk: DemoDesk, port: int, size: Size) -> Path:
    """Write the files of the demo's station and return the path of its `station.toml`.

    Without a pad books have strips that the reader draws over a magnet, and the reader says how many books there are.
    """
    barcodes_only = not desk.has_pad
    secret = folder / "abis-password"
    secret.write_text(PASSWORD + "\n", encoding="utf-8")
    secret.chmod(0o600)
    policy = POLICY.format(isil=ISIL) + (COUNTED if barcodes_only else "")
    (folder / "policy.toml").write_text(policy, encoding="utf-8")
    station = folder / "station.toml"
    text = STATION.format(
        width=size.width, height=size.height, port=port, user=USER, institution=INSTITUTION,
        mailbox=folder.absolute() / FOLDER, scanner=desk.scanner.wire, printer=desk.printer.wire,
        em_unit="by_hand_both_ways" if barcodes_only else "none",
    )  # fmt: skip
    text += "" if barcodes_only else PAD.format(pad=desk.pad.wire)
    station.write_text(text, encoding="utf-8")
    return station
