"""What a station is told of the mail server: its password from a file, never without TLS."""

from pathlib import Path

import pytest

from config import ConfigFault, Secrets, Station, load_station
from sync.abis.local import SPEC as LOCAL
from sync.mail.settings import Settings

STATION = '[station]\nname = "desk-1"\ntime_zone = "Europe/Samara"\n[abis]\nkind = "local"\n'
MAIL = """
[mail]
host = "mail.library.example"
security = "tls"
user = "kiosk"
password_file = "mail-password"
sender = "kiosk@library.example"
"""


def load(folder: Path, text: str) -> Station:
    (folder / "mail-password").write_text("geheim\n")
    models = {LOCAL.name: LOCAL.settings}
    return load_station(STATION + text, folder / "station.toml", {}, models, Secrets(folder), mail=Settings)


def test_a_mail_server_is_known_by_its_table_and_its_password_by_its_file(tmp_path: Path) -> None:
    mail = load(tmp_path, MAIL).mail
    assert isinstance(mail, Settings)
    assert (mail.at, mail.password.get_secret_value()) == (("mail.library.example", 465), "geheim")
    assert "geheim" not in repr(load(tmp_path, MAIL))
    assert load(tmp_path, MAIL).secret_files == (tmp_path / "mail-password",)
    assert load(tmp_path, "").mail is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("password_file", "mail.password must not stand in this file"),
        ('security = "tls"', "mail.security = \"none\" is unknown; it must be 'tls' or 'starttls'"),
        ("kiosk@library.example", 'must be an address alone, such as "kiosk@library.example"'),
    ],
)
def test_what_is_wrong_is_told_with_its_key(wrong: str, said: str, tmp_path: Path) -> None:
    instead = {
        "password_file": "password", 'security = "tls"': 'security = "none"', "kiosk@library.example": "kiosk",
    }  # fmt: skip
    with pytest.raises(ConfigFault) as fault:
        load(tmp_path, MAIL.replace(wrong, instead[wrong]))
    assert said in str(fault.value)
    assert "geheim" not in str(fault.value)


def test_a_certificate_is_named_from_the_root_on(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="from the root on"):
        load(tmp_path, MAIL + 'ca = "ca.pem"\n')


def test_where_no_table_of_a_mail_server_is_looked_at_it_is_passed_over(tmp_path: Path) -> None:
    assert load_station(STATION + MAIL, tmp_path / "station.toml", {}, {LOCAL.name: LOCAL.settings}).mail is None
