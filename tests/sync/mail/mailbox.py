"""A mail server of others (aiosmtpd) with a certificate of a test authority, and what may be wrong with it."""

import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from sync.mail.settings import Settings

USER, PASSWORD = "kiosk", "geheim"


@dataclass
class Mailbox:
    """`answers`: what is said to RCPT or DATA, one after the other, then 250. `dies`: as often it goes in mid-DATA;
    `forgets`: as often it takes a letter and is gone before it says so."""

    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    dies: int = 0
    forgets: int = 0
    came: list[tuple[str, EmailMessage]] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]) -> str:
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data:
            return self.data.pop(0)
        if self.dies:
            self.dies -= 1
            server.transport.abort()
            return "250 nobody hears this"
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.came.append((envelope.rcpt_tos[0], message))
        self.secure.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        if self.forgets:
            self.forgets -= 1
            server.transport.abort()
        return "250 OK"

    @property
    def different(self) -> set[str]:
        """What a mailbox keeps that knows a letter by its Message-ID."""
        return {str(message["Message-ID"]) for _, message in self.came}


def _authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()))


class _Anywhere(Controller):
    """On a port that is free, which the controller itself does not look up."""

    def _trigger_server(self) -> None:
        host, port = self.server.sockets[0].getsockname()[:2]
        with socket.create_connection((host, port), 5):
            pass


@dataclass(frozen=True)
class Authority:
    """Certificates for `localhost`, and the file that says whom to trust."""

    ca: trustme.CA
    file: Path

    @classmethod
    def made(cls, folder: Path, name: str = "ca.pem") -> "Authority":
        ca = trustme.CA()
        ca.cert_pem.write_to_path(folder / name)
        return cls(ca, folder / name)

    def context(self, host: str = "localhost") -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.ca.issue_cert(host).configure_cert(context)
        return context


@contextmanager
def serving(box: Mailbox, context: ssl.SSLContext, security: str = "starttls", **options: Any) -> Iterator[int]:
    """Serve the mailbox on a free port of this machine and say which."""
    if security == "tls":
        options["ssl_context"] = context
        given: dict[str, Any] = {"auth_require_tls": False}
    elif security == "starttls":
        given = {"tls_context": context, "require_starttls": True}
    else:
        given = {"auth_require_tls": False}
    controller = _Anywhere(
        box, hostname="127.0.0.1", port=0, server_hostname="localhost", authenticator=_authenticated,
        auth_required=True, **given,
    )  # fmt: skip
    if "ssl_context" in options:
        controller.ssl_context = options["ssl_context"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it does not see that the line is closed from the first byte
        controller.start()
        try:
            yield controller.server.sockets[0].getsockname()[1]
        finally:
            controller.stop()


def settings(port: int, authority: Authority, **changes: object) -> Settings:
    base = {
        "host": "localhost", "port": port, "user": USER, "password": PASSWORD, "sender": "kiosk@library.example",
        "ca": str(authority.file), "seconds": 5,
    }  # fmt: skip
    return Settings.model_validate(base | changes)
