"""Passwords: never in a file of settings, always in a file of their own, named there.

`password_file = "abis-password"` is looked for among the credentials systemd hands over (LoadCredential=), then beside
the file of settings; a name with a slash is a path.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_SECRET = 1024
"""Bytes of a password: SIP2 takes 25 characters, a token a few hundred."""


class NoSecret(Exception):
    """The file cannot be used; the text says why, never what stands in it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`folder` is that of the file of settings; `credentials` that of systemd, if there is one."""

    folder: Path
    credentials: Path | None = None

    @classmethod
    def beside(cls, file: Path, environment: Mapping[str, str] = os.environ) -> "Secrets":
        given = environment.get("CREDENTIALS_DIRECTORY")
        return cls(file.parent, Path(given) if given else None)

    def path(self, name: str) -> Path:
        """Return where a secret is, or should be."""
        if "/" not in name and self.credentials and (self.credentials / name).exists():
            return self.credentials / name
        return self.folder / name

    def read(self, name: str) -> str:
        """Return the secret without its line end. Raises NoSecret."""
        path = self.path(name)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_SECRET + 1)
        except (OSError, ValueError) as fault:
            reason = getattr(fault, "strerror", None) or "no such name"
            raise NoSecret(f"cannot be read: {reason}; put the password, and nothing else, into {path}") from None
        if len(data) > MAX_SECRET:
            raise NoSecret(f"holds more than a password: {path} has over {MAX_SECRET} bytes")
        try:
            text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            raise NoSecret(f"holds no text in UTF-8: {path}") from None
        if not text or "\n" in text or "\x00" in text:
            raise NoSecret(f"must hold one line with the password: {path}")
        return text
