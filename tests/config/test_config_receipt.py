"""A library's receipt: what its policy may say of it, and a logo that is refused before anybody unpacks it."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from config import ConfigFault, load_policy
from config.receipt import MAX_LOGO, NoLogo, read_logo
from kiosk.domain.receipts import Template, Way

WHOLE = """
schema = 1
version = 1
[library]
name = "Библиотека"
isil = "RU-1"
[receipt]
ways = ["paper", "mail", "screen"]
default = "mail"
phone = "8 800"
logo = "mark.png"
qr = "https://example.org/{isil}"
author = true
item = true
fees = true
name = "first_name"
[receipt.header]
ru = "Добро пожаловать"
en = "Welcome"
[receipt.footer]
ru = "{date}"
"""


def png(side: int = 8) -> bytes:
    out = BytesIO()
    Image.new("1", (side, 8)).save(out, "PNG")
    return out.getvalue()


def test_everything_a_library_may_say_of_its_receipt(tmp_path: Path) -> None:
    (tmp_path / "mark.png").write_bytes(png())
    rules = load_policy(WHOLE, tmp_path / "policy.toml").rules
    assert (rules.ways, rules.first_way) == ((Way.PAPER, Way.MAIL, Way.SCREEN), Way.MAIL)
    assert rules.letterhead == Template(
        "Библиотека", "RU-1", "8 800", (("ru", "Добро пожаловать"), ("en", "Welcome")), (("ru", "{date}"),),
        "https://example.org/{isil}", png(), author=True, item=True, fees=True, name=True,
    )  # fmt: skip
    assert str(png()) not in repr(rules)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no PNG"),
        (b"GIF89a" + bytes(60), "no PNG"),
        (png()[:20], "no PNG"),
        (png(4001), "4001 x 8 dots"),
        (png() + bytes(MAX_LOGO), "larger than 512 kB"),
    ],
)
def test_a_logo_that_no_receipt_can_have_is_told_with_its_key(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "mark.png").write_bytes(data)
    with pytest.raises(NoLogo, match=said):
        read_logo(tmp_path / "mark.png")
    with pytest.raises(ConfigFault, match=r"policy\.toml:11: receipt\.logo = \"mark\.png\" .*" + said):
        load_policy(WHOLE, tmp_path / "policy.toml")


def test_a_text_may_not_be_longer_than_the_paper_bears(tmp_path: Path) -> None:
    text = WHOLE.replace('"{date}"', '"' + "a\\n" * 11 + '"').replace('logo = "mark.png"', "")
    with pytest.raises(ConfigFault, match=r"receipt\.footer\.ru .* more than 10 lines"):
        load_policy(text, tmp_path / "policy.toml")
