"""What the ABIS says of itself (message 98): how long to wait, what it can do, whether its clock agrees with ours."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sync.abis.sip2.profile import Abilities, Profile, Timing
from sync.sip2.codec import Message
from sync.sip2.dates import read_date
from sync.sip2.messages import Code
from sync.sip2.values import Supported, marked

SKEW = timedelta(minutes=5)
"""Clocks further apart are told to staff: a return date that is sent is honoured, and fines are computed from it."""

CODES = {
    Supported.CHECKOUT: Code.CHECKOUT,
    Supported.CHECKIN: Code.CHECKIN,
    Supported.PATRON_INFORMATION: Code.PATRON_INFORMATION,
    Supported.END_PATRON_SESSION: Code.END_PATRON_SESSION,
    Supported.ITEM_INFORMATION: Code.ITEM_INFORMATION,
    Supported.RENEW: Code.RENEW,
}
"""The requests this connector makes use of, by their position in BX."""

NEEDED = (Code.CHECKOUT, Code.CHECKIN, Code.PATRON_INFORMATION, Code.ITEM_INFORMATION)

_NO_TIMEOUT = frozenset({0, 999})
"""Special values of the timeout period: the ABIS does not say."""


@dataclass(frozen=True, slots=True)
class AbisStatus:
    """`answer` = seconds to wait for an answer; `complaint` = a sentence for staff, empty where all is well."""

    answer: float
    able: frozenset[str]
    complaint: str = ""


def assumed(profile: Profile) -> AbisStatus:
    """What is taken for granted before, or without, a message 98."""
    able = (frozenset(CODES.values()) | set(profile.abilities.has)) - set(profile.abilities.lacks)
    return AbisStatus(profile.timing.answer or profile.timing.longest, able)


def read_status(message: Message, profile: Profile, zone: tzinfo, now: datetime) -> AbisStatus:
    able = _able(message.get("BX") or "", profile.abilities)
    return AbisStatus(_patience(message, profile.timing), able, _complaint(message, able, zone, now))


def _able(bx: str, abilities: Abilities) -> frozenset[str]:
    """Without a readable BX, everything; the profile corrects either."""
    said = marked(Supported, bx) if bx.strip() else frozenset(Supported)
    codes = {code for position, code in CODES.items() if position in said}
    return frozenset((codes | set(abilities.has)) - set(abilities.lacks))


def _patience(message: Message, timing: Timing) -> float:
    """The timeout period is in tenths of a second; one of 1 s was met, which no real checkout keeps."""
    if timing.answer is not None:
        return timing.answer
    tenths = message.number("timeout_period")
    if tenths is None or tenths in _NO_TIMEOUT:
        return timing.longest
    return min(max(tenths / 10, timing.shortest), timing.longest)


def _complaint(message: Message, able: frozenset[str], zone: tzinfo, now: datetime) -> str:
    if message.flag("online_status") is False:
        return "it says that it is off line; ask whoever runs it"
    missing = [code for code in NEEDED if code not in able]
    if missing:
        return f"it does not do {', '.join(missing)}; if it does, list them in abilities.has of the profile"
    if message.flag("checkin_ok") is False or message.flag("checkout_ok") is False:
        return "it does not let this station lend or take back; check the account's rights in the ABIS"
    stamp = read_date(message.get("date_time_sync") or "", zone)
    if stamp and stamp.at and abs(stamp.at - now) > SKEW:
        minutes = round(abs(stamp.at - now).total_seconds() / 60)
        return f"its clock differs from ours by {minutes} minutes; check both clocks and the site's time zone"
    return ""
