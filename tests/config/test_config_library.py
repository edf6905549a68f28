"""What a desk that keeps the built-in library may offer to others, and what it may not."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from config import ConfigFault, Secrets, Station, load_station
from config.library import Machine, Pages, Place
from sync.abis.local import SPEC as LOCAL
from sync.abis.sip2 import SPEC as SIP2

STATION = '[station]\nname = "desk-1"\ntime_zone = "Europe/Samara"\n'
LOCAL_STORE = '[abis]\nkind = "local"\n'
FULL = """
[library]
serve = "0.0.0.0:6001"
[library.machines.desk-2]
password_file = "desk-2-password"
[library.pages]
address = "192.168.0.5:8443"
certificate_file = "pages.pem"
key_file = "pages.key"
"""


def load(tmp_path: Path, text: str, abis: str = LOCAL_STORE) -> Station:
    (tmp_path / "desk-2-password").write_text("long enough\n")
    (tmp_path / "short").write_text("short\n")
    for name in ("pages.pem", "pages.key"):
        (tmp_path / name).write_text("")
    models = {spec.name: spec.settings for spec in (LOCAL, SIP2)}
    return load_station(STATION + abis + text, tmp_path / "station.toml", {}, models, Secrets(tmp_path))


def test_a_desk_serves_others_and_the_staff(tmp_path: Path) -> None:
    loaded = load(tmp_path, FULL)
    serving = loaded.serving
    assert serving is not None
    assert serving.store == Place("0.0.0.0", 6001)
    assert serving.machines == (Machine("desk-2", SecretStr("long enough")),)
    files = (tmp_path / "pages.pem", tmp_path / "pages.key")
    assert serving.pages == Pages(Place("192.168.0.5", 8443), *files)
    assert loaded.secret_files == (tmp_path / "desk-2-password",)
    assert "long enough" not in repr(loaded)


def test_a_desk_without_the_table_serves_nobody(tmp_path: Path) -> None:
    assert load(tmp_path, "").serving is None


@pytest.mark.parametrize("address", ["127.0.0.1:8440", "localhost:8440", "[::1]:8440"])
def test_pages_for_this_machine_alone_need_no_certificate(tmp_path: Path, address: str) -> None:
    serving = load(tmp_path, f'[library.pages]\naddress = "{address}"\n').serving
    assert serving is not None
    assert serving.pages is not None
    assert (serving.store, serving.pages.place.is_here_alone) == (None, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"0.0.0.0:6001"', '"6001"', "with a port"),
        ('"0.0.0.0:6001"', '"desk-1:6001"', "an address in numbers"),
        ('"0.0.0.0:6001"', '"0.0.0.0:70000"', "with a port"),
        ("password_file", "password", "must not stand in this file"),
        ('"desk-2-password"', '"desk-3-password"', "cannot be read"),
        ('"desk-2-password"', '"short"', "a password that is too short; it needs 8"),
        ('key_file = "pages.key"', "", "needs both certificate_file and key_file"),
        ('"pages.pem"', '"other.pem"', "names no file"),
        ('certificate_file = "pages.pem"\nkey_file = "pages.key"', "", "is seen by other machines"),
        ("serve =", "server =", 'did you mean "serve"'),
        ('[library.machines.desk-2]\npassword_file = "desk-2-password"', "", "needs a login for each other desk"),
    ],
)
def test_what_is_wrong_is_told_by_its_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FULL
    with pytest.raises(ConfigFault) as fault:
        load(tmp_path, FULL.replace(old, new))
    assert said in str(fault.value)
    assert "library" in str(fault.value)


def test_a_desk_before_a_library_system_serves_no_store(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="is for a desk that keeps the books"):
        load(tmp_path, FULL, '[abis]\nkind = "sip2"\nhost = "koha.example"\n')
