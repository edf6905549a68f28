"""Which request is answered by what, and what the server says of itself."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sync.capabilities import CardControl, Payments, Requests
from sync.sip2.codec import Message
from sync.sip2.messages import Code
from sync.sip2.server import items, patrons
from sync.sip2.server.answers import Answer, Pair
from sync.sip2.server.desk import Desk, flag
from sync.sip2.values import Supported, marks


def acs_status(desk: Desk, _message: Message) -> Answer:
    """Message 98. Off-line transactions are not promised: what happened without us is judged by the same rules."""
    fixed = {
        "online_status": flag(desk.abis.health().usable),
        "checkin_ok": "Y",
        "checkout_ok": "Y",
        "acs_renewal_policy": "Y",
        "status_update_ok": "N",
        "offline_ok": "N",
        "timeout_period": f"{desk.settings.answer_seconds * 10:03}",
        "retries_allowed": "003",
        "date_time_sync": desk.stamp(),
        "protocol_version": "2.00",
    }
    library: tuple[Pair, ...] = (("AM", desk.settings.library),) if desk.settings.library else ()
    supported = marks(_supported(desk), 16, blank="N")
    return Answer(Code.ACS_STATUS, fixed, (desk.institution, *library, ("BX", supported)))


def _supported(desk: Desk) -> frozenset[Supported]:
    lacks = {Supported.ITEM_STATUS_UPDATE, Supported.PATRON_ENABLE}
    if not (desk.settings.block_cards and isinstance(desk.abis, CardControl)):
        lacks.add(Supported.BLOCK_PATRON)
    if not isinstance(desk.abis, Payments):
        lacks.add(Supported.FEE_PAID)
    if not isinstance(desk.abis, Requests):
        lacks.add(Supported.HOLD)
    return frozenset(Supported) - lacks


HANDLERS: Mapping[str, Callable[[Desk, Message], Answer]] = MappingProxyType(
    {
        Code.SC_STATUS: acs_status,
        Code.PATRON_STATUS: patrons.status,
        Code.PATRON_INFORMATION: patrons.information,
        Code.END_PATRON_SESSION: patrons.end_session,
        Code.BLOCK_PATRON: patrons.block,
        Code.PATRON_ENABLE: patrons.enable,
        Code.FEE_PAID: patrons.fee_paid,
        Code.CHECKOUT: items.checkout,
        Code.CHECKIN: items.checkin,
        Code.ITEM_INFORMATION: items.information,
        Code.ITEM_STATUS_UPDATE: items.update_status,
        Code.RENEW: items.renew,
        Code.RENEW_ALL: items.renew_all,
        Code.HOLD: items.hold,
    }
)
"""Login (93) and resend (97) belong to the line, see `conversation`."""
