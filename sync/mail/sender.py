"""One letter to the mail server: over TLS, with the server's name checked, or not at all.

What a server says decides: a letter that it refuses for good (5yz to RCPT or DATA) is at its end; everything else (no
network, 4yz, a certificate, our password) is tried again, since it may be cured without the reader.
"""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable

from sync.mail.settings import Settings


class MailFault(Exception):
    """Not sent, or not known to be. The text is for staff: which server, what, the cure. It names no reader."""


class Refused(MailFault):
    """The server will never take this letter."""


class Rests(MailFault):
    """The server lives and does not take this letter now; others may go."""


class Sender:
    """Used by one thread; `close` from any, and ends what hangs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def send(self, to: str, message: bytes) -> None:
        """Return once the server has taken the letter. Raises `MailFault`."""
        try:
            self._server = server = self._connected()
            try:
                self._hand_over(server, to, message)
            finally:
                self._server = None
                _quietly(server)
        except MailFault:
            raise
        except ssl.SSLCertVerificationError as fault:
            what = f"its certificate is not accepted ({fault.verify_message}); look at host and ca in [mail]"
            raise self._fault(what) from fault
        except smtplib.SMTPNotSupportedError as fault:
            raise self._fault("offers no TLS or no login; look at security in [mail]") from fault
        except smtplib.SMTPResponseException as fault:
            raise self._fault(f"answers {fault.smtp_code}") from fault
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            raise self._fault(f"is not reached ({type(fault).__name__})") from fault

    def close(self) -> None:
        server = self._server
        if server is not None and server.sock is not None:
            with contextlib.suppress(OSError):
                server.sock.shutdown(socket.SHUT_RDWR)

    def _connected(self) -> smtplib.SMTP:
        (host, port), patience = self._settings.at, self._settings.seconds
        context = self._context()
        here = self._settings.sender.rpartition("@")[2]  # not this machine's name, which smtplib would ask the DNS for
        if self._settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, here, timeout=patience, context=context)
        else:
            server = smtplib.SMTP(host, port, here, timeout=patience)
        try:
            if self._settings.security == "starttls":
                server.starttls(context=context)
            if self._settings.user:
                self._log_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        """Some servers hang up on a wrong password after the second try, which smtplib makes by itself."""
        try:
            server.login(self._settings.user, self._settings.password.get_secret_value())
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPServerDisconnected) as fault:
            raise self._fault("refuses our login; look at user and password in [mail]") from fault

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._settings.ca or None)
        except OSError as fault:
            raise self._fault(
                f"cannot be trusted: {self._settings.ca} holds no certificates; look at ca in [mail]"
            ) from fault

    def _hand_over(self, server: smtplib.SMTP, to: str, message: bytes) -> None:
        server.ehlo_or_helo_if_needed()
        _taken(server.mail(self._settings.sender), self._fault)
        self._for_this_letter(server.rcpt(to))
        try:
            answer = server.data(message)
        except smtplib.SMTPDataError as fault:  # it does not even want to hear it
            answer = (fault.smtp_code, b"")
        self._for_this_letter(answer)

    def _for_this_letter(self, answer: tuple[int, bytes]) -> None:
        code, _ = answer
        if code >= 500:
            raise Refused(f"{self._settings.host} refuses a letter for good ({code})")
        if code == 421:
            raise self._fault("closes the line (421)")
        if code not in (250, 251):
            raise Rests(f"{self._settings.host} does not take a letter now ({code})")

    def _fault(self, what: str) -> MailFault:
        return MailFault(f"The mail server {self._settings.host} {what}.")


def _taken(answer: tuple[int, bytes], fault: Callable[[str], MailFault]) -> None:
    if answer[0] != 250:
        raise fault(f"does not let us write ({answer[0]}); look at sender and user in [mail]")


def _quietly(server: smtplib.SMTP) -> None:
    """Say goodbye; a server that does not listen any more has taken the letter all the same."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError, ValueError):
        server.close()
