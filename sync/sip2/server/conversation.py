"""One machine's line, without the line: frames in, replies out. Login, resend, error detection, bad messages.

1. With accounts set, the first message is a login; anything else, and a wrong login, ends the line.
2. What cannot be used is answered with 96 and not carried out; too many of those in a row end the line.
3. The same numbered bytes again are a retransmission: the last answer is repeated, nothing is carried out twice.
4. Surely not done (`NotSent`) is answered with 96 as well. Maybe done (`Unreachable`) ends the line without a word:
   any answer would be a guess.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from kiosk.ports.abis import NotSent, Unreachable
from sync.sip2.codec import Message, decode
from sync.sip2.encoder import encode
from sync.sip2.messages import MESSAGES, Code, Sender
from sync.sip2.server.answers import Answer, Style, written
from sync.sip2.server.clerk import HANDLERS
from sync.sip2.server.desk import Desk
from sync.sip2.server.settings import MachineAccount
from sync.sip2.server.texts import Language
from sync.sip2.trailer import Checksum
from sync.sip2.values import Language as LanguageCode

LANGUAGES: Mapping[str, Language] = MappingProxyType({LanguageCode.ENGLISH: "en", LanguageCode.RUSSIAN: "ru"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out, perhaps nothing, and whether the line ends after it."""

    data: bytes = b""
    close: bool = False


class Conversation:
    """Feed it one frame after the other, from one thread. It never raises on any bytes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._style = _style(desk, None)
        self._welcome = not desk.settings.accounts
        self._bad = 0
        self._last_frame = b""
        self._last: tuple[Answer, bytes] | None = None

    def read(self, frame: bytes) -> Message:
        return decode(frame, self._style.encoding)

    @property
    def welcome(self) -> bool:
        """Whether the machine has logged in, or need not."""
        return self._welcome

    def reply(self, message: Message) -> Reply:
        if message.broken or not _is_request(message):
            return self._not_understood(message)
        if message.code == Code.LOGIN:
            return self._login(message)
        if not self._welcome:
            return Reply(close=True)
        if message.code == Code.REQUEST_ACS_RESEND:
            return Reply(self._last[1]) if self._last else self._not_understood(message)
        if self._last and message.sequence is not None and message.raw == self._last_frame:
            return Reply(self._last[1])
        self._bad = 0
        return self._carried_out(message)

    def _carried_out(self, message: Message) -> Reply:
        self._learn_language(message)
        try:
            answer = HANDLERS[message.code](self._desk, message)
        except NotSent:
            return self._again(message)
        except Unreachable:
            return Reply(close=True)
        return self._send(answer, message)

    def _send(self, answer: Answer, message: Message, *, close: bool = False) -> Reply:
        data = written(answer, self._style, message.sequence)
        self._last_frame, self._last = message.raw, (answer, data)
        return Reply(data, close)

    def _login(self, message: Message) -> Reply:
        account = self._account(message)
        if self._desk.settings.accounts and account is None:
            self._welcome = False
            return self._send(Answer(Code.LOGIN_RESPONSE, {"ok": "0"}), message, close=True)
        self._welcome = True
        self._bad = 0
        self._style = _style(self._desk, account)
        return self._send(Answer(Code.LOGIN_RESPONSE, {"ok": "1"}), message)

    def _account(self, message: Message) -> MachineAccount | None:
        """The account that fits. Passwords come as they are: other algorithms than 0 are nobody's."""
        if (message.get("uid_algorithm"), message.get("pwd_algorithm")) != ("0", "0"):
            return None
        user, password = (message.get("CN") or "").encode(), (message.get("CO") or "").encode()
        fitting = None
        for account in self._desk.settings.accounts:
            same_user = hmac.compare_digest(account.user.encode(), user)
            same_password = hmac.compare_digest(account.password.get_secret_value().encode(), password)
            fitting = account if same_user and same_password else fitting
        return fitting

    def _not_understood(self, message: Message) -> Reply:
        self._bad += 1
        if self._bad >= self._desk.settings.bad_messages or (not self._welcome and message.code != Code.LOGIN):
            return Reply(close=True)
        return self._again(message)

    def _again(self, message: Message) -> Reply:
        """96: please send that again; it was not carried out. With a checksum if the message had one."""
        checked = message.checksum is not Checksum.ABSENT
        data = encode(Code.REQUEST_SC_RESEND, {}, sequence=0 if checked else None, terminator=self._style.terminator)
        return Reply(data)

    def _learn_language(self, message: Message) -> None:
        """Messages about readers name a language; the texts after it are in that one."""
        language = LANGUAGES.get(message.get("language") or "")
        if language is not None and language != self._desk.language:
            self._desk = replace(self._desk, language=language)


def _is_request(message: Message) -> bool:
    layout = MESSAGES.get(message.code)
    return layout is not None and layout.sender is Sender.SC


def _style(desk: Desk, account: MachineAccount | None) -> Style:
    encoding = account.encoding if account and account.encoding else desk.settings.encoding
    line_end: Literal["cr", "crlf"] = account.line_end if account and account.line_end else desk.settings.line_end
    return Style(encoding, b"\r" if line_end == "cr" else b"\r\n")
