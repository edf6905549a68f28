"""The messages of SIP2 2.00 as one table: fixed fields in their order, identified fields, which answer belongs to which
request.

Source: 3M Standard Interchange Protocol 2.00 (document revision 2.10). Fixed fields stand without identifiers right
after the two digits of the message; identified fields follow in any order, each ended by `|`. Everything in `sync.sip2`
that knows a message knows it from here. A server that departs from the standard is met by a table with another row in
it (see `FEE_PAID_RESPONSE_DATE_FIRST`), never by a guess in the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType

from sync.sip2.fields import (
    ONE_OR_ZERO,
    YES_NO,
    YES_NO_UNKNOWN,
    Fixed,
    currency,
    digits,
    digits_or_blank,
    moment,
    moment_or_blank,
    version,
    visible,
    yes_or_blank,
)


class Code(StrEnum):
    """The two digits a message begins with."""

    PATRON_STATUS = "23"
    PATRON_STATUS_RESPONSE = "24"
    CHECKOUT = "11"
    CHECKOUT_RESPONSE = "12"
    CHECKIN = "09"
    CHECKIN_RESPONSE = "10"
    BLOCK_PATRON = "01"
    SC_STATUS = "99"
    ACS_STATUS = "98"
    REQUEST_ACS_RESEND = "97"
    REQUEST_SC_RESEND = "96"
    LOGIN = "93"
    LOGIN_RESPONSE = "94"
    PATRON_INFORMATION = "63"
    PATRON_INFORMATION_RESPONSE = "64"
    END_PATRON_SESSION = "35"
    END_SESSION_RESPONSE = "36"
    FEE_PAID = "37"
    FEE_PAID_RESPONSE = "38"
    ITEM_INFORMATION = "17"
    ITEM_INFORMATION_RESPONSE = "18"
    ITEM_STATUS_UPDATE = "19"
    ITEM_STATUS_UPDATE_RESPONSE = "20"
    PATRON_ENABLE = "25"
    PATRON_ENABLE_RESPONSE = "26"
    HOLD = "15"
    HOLD_RESPONSE = "16"
    RENEW = "29"
    RENEW_RESPONSE = "30"
    RENEW_ALL = "65"
    RENEW_ALL_RESPONSE = "66"


RESENDS = frozenset({Code.REQUEST_ACS_RESEND, Code.REQUEST_SC_RESEND})
"""These two never carry a sequence number, even where error detection is on."""


class Sender(Enum):
    SC = "self-check station"
    ACS = "library system"


@dataclass(frozen=True, slots=True)
class Layout:
    """One message: what it is made of, who sends it, and what answers it (None for answers and resend requests)."""

    code: str
    name: str
    sender: Sender
    fixed: tuple[Fixed, ...]
    required: frozenset[str]
    optional: frozenset[str]
    answer: str | None = None
    width: int = field(init=False)
    slices: tuple[tuple[Fixed, slice], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ends = [sum(each.width for each in self.fixed[: n + 1]) for n in range(len(self.fixed))]
        places = (slice(end - each.width, end) for each, end in zip(self.fixed, ends, strict=True))
        object.__setattr__(self, "width", ends[-1] if ends else 0)
        object.__setattr__(self, "slices", tuple(zip(self.fixed, places, strict=True)))


_LANGUAGE = Fixed("language", 3, digits)
_TRANSACTION_DATE = Fixed("transaction_date", 18, moment)
_NB_DUE_DATE = Fixed("nb_due_date", 18, moment_or_blank)  # blank: the server computes the due date itself
_NO_BLOCK = Fixed("no_block", 1, YES_NO)
_PATRON_STATUS = Fixed("patron_status", 14, yes_or_blank)
_OK = Fixed("ok", 1, ONE_OR_ZERO)
_MAGNETIC_MEDIA = Fixed("magnetic_media", 1, YES_NO_UNKNOWN)
_FEE_TYPE = Fixed("fee_type", 2, digits)
_PROTOCOL_VERSION = Fixed("protocol_version", 4, version)
_PAYMENT_ACCEPTED = Fixed("payment_accepted", 1, YES_NO)

_LOAN_ANSWER = (
    _OK,
    Fixed("renewal_ok", 1, YES_NO),
    _MAGNETIC_MEDIA,
    Fixed("desensitize", 1, YES_NO_UNKNOWN),
    _TRANSACTION_DATE,
)
_PATRON_ANSWER = (_PATRON_STATUS, _LANGUAGE, _TRANSACTION_DATE)


def _flags(*names: str) -> tuple[Fixed, ...]:
    return tuple(Fixed(name, 1, YES_NO) for name in names)


def _counts(*names: str) -> tuple[Fixed, ...]:
    """Four digits each, or four blanks where the library system does not keep that count."""
    return tuple(Fixed(name, 4, digits_or_blank) for name in names)


def _layout(
    code: Code, name: str, sender: Sender, fixed: tuple[Fixed, ...], fields: str, answer: Code | None = None
) -> Layout:
    """`fields` lists identifiers as the standard's table does: `AO AA AC?`, the question mark for optional."""
    ids = fields.split()
    required = frozenset(each for each in ids if len(each) == 2)
    optional = frozenset(each[:2] for each in ids if len(each) == 3)
    return Layout(code, name, sender, fixed, required, optional, answer)


def _request(code: Code, name: str, fixed: tuple[Fixed, ...], fields: str, answer: Code | None) -> Layout:
    return _layout(code, name, Sender.SC, fixed, fields, answer)


def _response(code: Code, name: str, fixed: tuple[Fixed, ...], fields: str) -> Layout:
    return _layout(code, name, Sender.ACS, fixed, fields)


_REQUESTS = (
    _request(
        Code.PATRON_STATUS,
        "Patron Status Request",
        (_LANGUAGE, _TRANSACTION_DATE),
        "AO AA AC AD",
        Code.PATRON_STATUS_RESPONSE,
    ),
    _request(
        Code.CHECKOUT,
        "Checkout",
        (*_flags("sc_renewal_policy"), _NO_BLOCK, _TRANSACTION_DATE, _NB_DUE_DATE),
        "AO AA AB AC CH? AD? BO? BI?",
        Code.CHECKOUT_RESPONSE,
    ),
    _request(
        Code.CHECKIN,
        "Checkin",
        (_NO_BLOCK, _TRANSACTION_DATE, Fixed("return_date", 18, moment)),
        "AP AO AB AC CH? BI?",
        Code.CHECKIN_RESPONSE,
    ),
    _request(
        Code.BLOCK_PATRON,
        "Block Patron",
        (*_flags("card_retained"), _TRANSACTION_DATE),
        "AO AL AA AC",
        Code.PATRON_STATUS_RESPONSE,
    ),
    _request(
        Code.SC_STATUS,
        "SC Status",
        (
            Fixed("status_code", 1, frozenset("012").__contains__),
            Fixed("max_print_width", 3, digits),
            _PROTOCOL_VERSION,
        ),
        "",
        Code.ACS_STATUS,
    ),
    _request(
        Code.LOGIN,
        "Login",
        (Fixed("uid_algorithm", 1, visible), Fixed("pwd_algorithm", 1, visible)),
        "CN CO CP?",
        Code.LOGIN_RESPONSE,
    ),
    _request(
        Code.PATRON_INFORMATION,
        "Patron Information",
        (_LANGUAGE, _TRANSACTION_DATE, Fixed("summary", 10, yes_or_blank)),
        "AO AA AC? AD? BP? BQ?",
        Code.PATRON_INFORMATION_RESPONSE,
    ),
    _request(
        Code.END_PATRON_SESSION,
        "End Patron Session",
        (_TRANSACTION_DATE,),
        "AO AA AC? AD?",
        Code.END_SESSION_RESPONSE,
    ),
    _request(
        Code.FEE_PAID,
        "Fee Paid",
        (_TRANSACTION_DATE, _FEE_TYPE, Fixed("payment_type", 2, digits), Fixed("currency_type", 3, currency)),
        "BV AO AA AC? AD? CG? BK?",
        Code.FEE_PAID_RESPONSE,
    ),
    _request(
        Code.ITEM_INFORMATION,
        "Item Information",
        (_TRANSACTION_DATE,),
        "AO AB AC?",
        Code.ITEM_INFORMATION_RESPONSE,
    ),
    _request(
        Code.ITEM_STATUS_UPDATE,
        "Item Status Update",
        (_TRANSACTION_DATE,),
        "AO AB AC? CH",
        Code.ITEM_STATUS_UPDATE_RESPONSE,
    ),
    _request(
        Code.PATRON_ENABLE,
        "Patron Enable",
        (_TRANSACTION_DATE,),
        "AO AA AC? AD?",
        Code.PATRON_ENABLE_RESPONSE,
    ),
    _request(
        Code.HOLD,
        "Hold",
        (Fixed("hold_mode", 1, frozenset("+-*").__contains__), _TRANSACTION_DATE),
        "BW? BS? BY? AO AA AD? AB? AJ? AC? BO?",
        Code.HOLD_RESPONSE,
    ),
    _request(
        Code.RENEW,
        "Renew",
        (*_flags("third_party_allowed"), _NO_BLOCK, _TRANSACTION_DATE, _NB_DUE_DATE),
        "AO AA AD? AB? AJ? AC? CH? BO?",
        Code.RENEW_RESPONSE,
    ),
    _request(Code.RENEW_ALL, "Renew All", (_TRANSACTION_DATE,), "AO AA AD? AC? BO?", Code.RENEW_ALL_RESPONSE),
    _request(Code.REQUEST_ACS_RESEND, "Request ACS Resend", (), "", None),
)

_RESPONSES = (
    _response(
        Code.PATRON_STATUS_RESPONSE,
        "Patron Status Response",
        _PATRON_ANSWER,
        "AO AA AE BL? CQ? BH? BV? AF? AG?",
    ),
    _response(
        Code.CHECKOUT_RESPONSE,
        "Checkout Response",
        _LOAN_ANSWER,
        "AO AA AB AJ AH BT? CI? BH? BV? CK? CH? BK? AF? AG?",
    ),
    _response(
        Code.CHECKIN_RESPONSE,
        "Checkin Response",
        (_OK, *_flags("resensitize"), _MAGNETIC_MEDIA, *_flags("alert"), _TRANSACTION_DATE),
        "AO AB AQ AJ? CL? AA? CK? CH? AF? AG?",
    ),
    _response(
        Code.ACS_STATUS,
        "ACS Status",
        (
            *_flags(
                "online_status", "checkin_ok", "checkout_ok", "acs_renewal_policy", "status_update_ok", "offline_ok"
            ),
            Fixed("timeout_period", 3, digits),  # tenths of a second
            Fixed("retries_allowed", 3, digits),
            Fixed("date_time_sync", 18, moment),
            _PROTOCOL_VERSION,
        ),
        "AO AM? BX AN? AF? AG?",
    ),
    _response(Code.LOGIN_RESPONSE, "Login Response", (_OK,), ""),
    _response(
        Code.PATRON_INFORMATION_RESPONSE,
        "Patron Information Response",
        (
            *_PATRON_ANSWER,
            *_counts("hold_items_count", "overdue_items_count", "charged_items_count"),
            *_counts("fine_items_count", "recall_items_count", "unavailable_holds_count"),
        ),
        "AO AA AE BZ? CA? CB? BL? CQ? BH? BV? CC? AS? AT? AU? AV? BU? CD? BD? BE? BF? AF? AG?",
    ),
    _response(
        Code.END_SESSION_RESPONSE, "End Session Response", (*_flags("end_session"), _TRANSACTION_DATE), "AO AA AF? AG?"
    ),
    _response(Code.FEE_PAID_RESPONSE, "Fee Paid Response", (_PAYMENT_ACCEPTED, _TRANSACTION_DATE), "AO AA BK? AF? AG?"),
    _response(
        Code.ITEM_INFORMATION_RESPONSE,
        "Item Information Response",
        (Fixed("circulation_status", 2, digits), Fixed("security_marker", 2, digits), _FEE_TYPE, _TRANSACTION_DATE),
        "CF? AH? CJ? CM? AB AJ BG? BH? BV? CK? AQ? AP? CH? AF? AG?",
    ),
    _response(
        Code.ITEM_STATUS_UPDATE_RESPONSE,
        "Item Status Update Response",
        (Fixed("item_properties_ok", 1, ONE_OR_ZERO), _TRANSACTION_DATE),
        "AB AJ? CH? AF? AG?",
    ),
    _response(Code.PATRON_ENABLE_RESPONSE, "Patron Enable Response", _PATRON_ANSWER, "AO AA AE BL? CQ? AF? AG?"),
    _response(
        Code.HOLD_RESPONSE,
        "Hold Response",
        (_OK, *_flags("available"), _TRANSACTION_DATE),
        "BW? BR? BS? AO AA AB? AJ? AF? AG?",
    ),
    _response(
        Code.RENEW_RESPONSE,
        "Renew Response",
        _LOAN_ANSWER,
        "AO AA AB AJ AH BT? CI? BH? BV? CK? CH? BK? AF? AG?",
    ),
    _response(
        Code.RENEW_ALL_RESPONSE,
        "Renew All Response",
        (_OK, Fixed("renewed_count", 4, digits), Fixed("unrenewed_count", 4, digits), _TRANSACTION_DATE),
        "AO BM? BN? AF? AG?",
    ),
    _response(Code.REQUEST_SC_RESEND, "Request SC Resend", (), ""),
)

Table = Mapping[str, Layout]
MESSAGES: Table = MappingProxyType({layout.code: layout for layout in (*_REQUESTS, *_RESPONSES)})

FIXED_NAMES = frozenset(each.name for layout in MESSAGES.values() for each in layout.fixed)

FEE_PAID_RESPONSE_DATE_FIRST = _response(
    Code.FEE_PAID_RESPONSE, "Fee Paid Response, date first", (_TRANSACTION_DATE, _PAYMENT_ACCEPTED), "AO AA BK? AF? AG?"
)
"""How invenio-sip2 1.0.0 lays out message 38 (recorded): `decode(raw, table={**MESSAGES, "38": this})` reads it."""
