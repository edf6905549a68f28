"""What is asked of the ABIS, as messages before they are bytes. Pure.

Two things are never said: `BI` (cancel) with Y, because Koha carries out what it should take back; and `no block` with
Y, because most servers do not honour it and none may refuse it.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sync.abis.sip2.profile import Profile
from sync.sip2.codec import ESCAPED_DELIMITER
from sync.sip2.dates import write_date
from sync.sip2.fields import MAX_VALUE
from sync.sip2.messages import MESSAGES, Code
from sync.sip2.values import Encoding, StatusCode, Summary, marks

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """`changes` True: never sent twice. `item` is what the answer must speak of, empty where there is none."""

    code: Code
    fixed: Mapping[str, str]
    fields: tuple[Pair, ...]
    item: str = ""
    changes: bool = False

    @property
    def answer(self) -> str:
        """The code that answers this request."""
        return MESSAGES[self.code].answer or ""


@dataclass(frozen=True, slots=True, repr=False)
class Terms:
    """What the ABIS knows this station by. Nothing of it is shown: user and passwords are secrets."""

    user: str = ""
    password: str = ""
    login_location: str = ""
    institution: str = ""
    terminal_password: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Requests:
    """Builds requests as the profile wants them. Moments are aware; they are sent in the library's zone."""

    profile: Profile
    terms: Terms
    zone: tzinfo

    def login(self) -> Request:
        location = [("CP", self.terms.login_location)] if self.profile.sending.location else []
        fixed = {"uid_algorithm": "0", "pwd_algorithm": "0"}  # plain text: other algorithms are refused everywhere
        return self._request(Code.LOGIN, fixed, [("CN", self.terms.user), ("CO", self.terms.password), *location])

    def status(self) -> Request:
        fixed = {"status_code": StatusCode.OK, "max_print_width": "080", "protocol_version": "2.00"}
        return self._request(Code.SC_STATUS, fixed, [])

    def item_info(self, item: str, now: datetime) -> Request:
        fields = [self._institution, ("AB", item)]
        return self._request(Code.ITEM_INFORMATION, {"transaction_date": self._date(now)}, fields, item=item)

    def checkout(self, card: str, item: str, at: datetime, *, fee_accepted: bool) -> Request:
        """SC renewal policy N: a reader who has the item already is asked first (Koha renews all the same).

        The due date without block means nothing while `no block` is N; it holds a date because servers were met that
        take no blanks there (pysip2)."""
        when = self._date(at)
        fixed = {"sc_renewal_policy": "N", "no_block": "N", "nb_due_date": when, "transaction_date": when}
        fields = [self._institution, ("AA", card), ("AB", item), ("BO", "Y" if fee_accepted else "N")]
        return self._request(Code.CHECKOUT, fixed, fields, item=item, changes=True)

    def checkin(self, item: str, at: datetime) -> Request:
        """The return date is when the reader brought it, even if that is told late: Koha honours it."""
        when = self._date(at)
        fixed = {"no_block": "N", "transaction_date": when, "return_date": when}
        fields = [("AP", self.terms.location), self._institution, ("AB", item)]
        return self._request(Code.CHECKIN, fixed, fields, item=item, changes=True)

    def renew(self, card: str, item: str, at: datetime) -> Request:
        when = self._date(at)
        fixed = {"third_party_allowed": "N", "no_block": "N", "nb_due_date": when, "transaction_date": when}
        fields = [self._institution, ("AA", card), ("AB", item), ("BO", "N")]
        return self._request(Code.RENEW, fixed, fields, item=item, changes=True)

    def patron(
        self, card: str, now: datetime, kind: Summary, page: tuple[int, int] | None = None, pin: str | None = None
    ) -> Request:
        """One list of a patron at a time: servers look at the first Y of the summary only."""
        fixed = {
            "language": self.profile.sending.language,
            "transaction_date": self._date(now),
            "summary": marks([kind], 10),
        }
        secret = [("AD", pin)] if pin is not None else []
        pages = [("BP", str(page[0])), ("BQ", str(page[1]))] if page else []
        fields = [self._institution, ("AA", card), *secret, *pages]
        return self._request(Code.PATRON_INFORMATION, fixed, fields)

    def end_session(self, card: str, now: datetime) -> Request:
        fixed = {"transaction_date": self._date(now)}
        return self._request(Code.END_PATRON_SESSION, fixed, [self._institution, ("AA", card)])

    @property
    def _institution(self) -> Pair:
        return ("AO", self.terms.institution)

    def _date(self, when: datetime) -> str:
        return write_date(when, self.zone, self.profile.wire.zone_style)

    def _request(
        self, code: Code, fixed: Mapping[str, str], said: list[Pair], *, item: str = "", changes: bool = False
    ) -> Request:
        """Add what is always sent, drop what this ABIS does not take. AC stands last: Koha strips the tail of a last
        field that is not plain ASCII."""
        layout, sending = MESSAGES[code], self.profile.sending
        names = {name for name, _ in said}
        empty = [(name, "") for name in sending.always if name != "AC" and name not in names]
        fields = [*said, *empty, ("AC", self.terms.terminal_password)]
        kept = tuple(
            (name, value)
            for name, value in fields
            if name in layout.required
            or (name in layout.optional and name in sending.allowed and (value or name in sending.always))
        )
        return Request(code, fixed, kept, item, changes)


def sendable(text: str, encoding: Encoding) -> bool:
    """Whether a scanned or typed text can be sent as it is. What cannot is no number the ABIS could know."""
    if not text or "|" in text or ESCAPED_DELIMITER in text:
        return False
    if not text.isprintable() and any(unicodedata.category(character) == "Cc" for character in text):
        return False
    try:
        return len(text.encode(encoding)) <= MAX_VALUE
    except UnicodeEncodeError:
        return False
