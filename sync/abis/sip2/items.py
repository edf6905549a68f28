"""What answers about items and loans mean: messages 18, 12, 30 and 10. Pure.

Only an answer that does not say whether the thing was done is refused, with `Unusable`: to guess there is to lose a
loan. CY and DA (who waits for a returned item, with mail and phone) are never read.
"""

from kiosk.domain.ids import CardNumber, ItemId
from kiosk.domain.items import Destination, ItemInfo, Loan, Media, Returned, Standing
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.strips import ERASED
from sync.abis.sip2.reading import Reading, number
from sync.sip2.codec import Message
from sync.sip2.values import AlertType, CirculationStatus, MediaType, known

STANDINGS = {
    CirculationStatus.AVAILABLE: Standing.AVAILABLE,
    CirculationStatus.TO_BE_RESHELVED: Standing.AVAILABLE,
    CirculationStatus.CHARGED: Standing.ON_LOAN,
    CirculationStatus.CHARGED_NOT_RECALLABLE: Standing.ON_LOAN,
    CirculationStatus.RECALLED: Standing.ON_LOAN,
    CirculationStatus.CLAIMED_RETURNED: Standing.ON_LOAN,
    CirculationStatus.ON_HOLD_SHELF: Standing.ON_HOLD_SHELF,
    CirculationStatus.IN_TRANSIT: Standing.IN_TRANSIT,
    CirculationStatus.LOST: Standing.LOST,
    CirculationStatus.MISSING: Standing.LOST,
}

DESTINATIONS = {
    AlertType.HOLD_HERE: Destination.HOLD_SHELF,
    AlertType.HOLD_ELSEWHERE: Destination.OTHER_BRANCH,
    AlertType.INTERLIBRARY_LOAN: Destination.SORTING,
    AlertType.SEND_TO_BRANCH: Destination.OTHER_BRANCH,
    AlertType.OTHER: Destination.SORTING,
}


MEDIA = {
    MediaType.AUDIO_TAPE: Media.AUDIO_TAPE,
    MediaType.VIDEO_TAPE: Media.VIDEO_TAPE,
    MediaType.CD: Media.CD,
    MediaType.DISKETTE: Media.DISKETTE,
    MediaType.BOOK_WITH_DISKETTE: Media.BOOK_WITH_DISKETTE,
    MediaType.BOOK_WITH_CD: Media.BOOK_WITH_CD,
    MediaType.BOOK_WITH_AUDIO_TAPE: Media.BOOK_WITH_AUDIO_TAPE,
}
"""CK; what is not named here has no parts worth a name."""


class Unusable(Exception):
    """The answer does not say whether the thing was done. The text names the field."""


def item_info(reading: Reading, message: Message, item: ItemId) -> ItemInfo:
    standing = standing_of(reading, message)
    fee = reading.fee(message)
    return ItemInfo(
        item=item,
        title=reading.title(message),
        author=reading.first(message, reading.profile.items.author),
        standing=standing,
        age_mark=age_mark(reading, message),
        due=reading.day(message.get("AH")) if standing is Standing.ON_LOAN else None,
        fee_minor=fee.minor if fee else None,
        media=media(message),
    )


def media(message: Message) -> Media:
    kind = known(MediaType, message.get("CK"))
    return MEDIA.get(kind, Media.OTHER) if kind else Media.OTHER


def magnetic(message: Message) -> bool | None:
    """Whether a magnet erases it, by its flag or by its media type; None where it says "unknown" or nothing."""
    return True if media(message) in ERASED else message.flag("magnetic_media")


def age_mark(reading: Reading, message: Message) -> int | None:
    """What is told of the age; None where the profile finds nothing, unless it says that this means "no mark"."""
    said = reading.first(message, reading.profile.items.age_mark)
    silent = 0 if reading.profile.items.without_mark == "none" else None
    return number(said) if said else silent


def standing_of(reading: Reading, message: Message) -> Standing:
    """An unknown item is answered with status 01 and an empty title (Koha, invenio)."""
    status = known(CirculationStatus, message.get("circulation_status"))
    if not (message.get("AJ") or "").strip() and status in (None, CirculationStatus.OTHER):
        return Standing.UNKNOWN
    if reading.first(message, reading.profile.items.reference_only):
        return Standing.REFERENCE_ONLY
    return STANDINGS.get(status, Standing.OTHER) if status else Standing.OTHER


def checkout(reading: Reading, message: Message, item: ItemId, fee_accepted: bool = False) -> Loan | Refusal:
    """A fee that was accepted already is not asked about again."""
    return _loan(reading, message, item, Reason.OTHER, ask_fee=not fee_accepted)


def renewal(reading: Reading, message: Message, item: ItemId) -> Loan | Refusal:
    return _loan(reading, message, item, Reason.NOT_RENEWABLE, ask_fee=True)


def _loan(reading: Reading, message: Message, item: ItemId, otherwise: Reason, *, ask_fee: bool) -> Loan | Refusal:
    if _ok(message):
        return Loan(
            item=item,
            title=reading.title(message),
            author=reading.first(message, reading.profile.items.author),
            due=reading.day(message.get("AH")),
            renewals_left=number(reading.first(message, reading.profile.items.renewals_left)),
            age_mark=age_mark(reading, message),
            magnetic=magnetic(message),
            desensitize=message.flag("desensitize"),
        )
    why, fee = reading.why(message), reading.fee(message)
    if fee and ask_fee and (why.reason is Reason.FEE or not (why.reason or reading.texts(message))):
        return Refusal(Reason.FEE, raw=reading.raw(message), fee=fee)
    if message.flag("BL") is False:
        otherwise = Reason.CARD_UNKNOWN
    return reading.refusal(message, why, otherwise, fee if why.reason is Reason.DEBTS else None)


def checkin(reading: Reading, message: Message, item: ItemId) -> Returned | Refusal:
    ok, alert = _ok(message), message.get("CV") or ""
    nobody = any(fit.search(text) for fit in reading.profile.texts.not_on_loan for text in message.all("AF"))
    title = reading.title(message)
    if not (ok or alert in reading.profile.items.arrived or (nobody and title)):
        return reading.refusal(message, reading.why(message), Reason.UNKNOWN_ITEM if nobody else Reason.OTHER)
    return Returned(
        item=item,
        title=title,
        author=reading.first(message, reading.profile.items.author),
        destination=_destination(reading, message, alert),
        bin=(message.get("CL") or "").strip(),
        home=(message.get("AQ") or "").strip(),
        to=(message.get("CT") or "").strip(),
        collection=(message.get("CR") or "").strip(),
        was_on_loan=not nobody,
        patron=CardNumber(message.get("AA") or "") or None,
        magnetic=magnetic(message),
        resensitize=message.flag("resensitize"),
    )


def _destination(reading: Reading, message: Message, alert: str) -> Destination:
    kind = known(AlertType, alert)
    if kind in DESTINATIONS:
        return DESTINATIONS[kind]
    elsewhere = (message.get("CT") or "").strip()
    return Destination.OTHER_BRANCH if elsewhere and elsewhere != reading.here else Destination.SHELF


def was_renewal(message: Message) -> bool:
    """Whether a checkout was carried out as a renewal: the reader had the item already."""
    return message.flag("ok") is True and message.flag("renewal_ok") is True


def _ok(message: Message) -> bool:
    ok = message.flag("ok")
    if ok is None:
        raise Unusable("the answer does not say whether it was done (ok is neither 0 nor 1)")
    return ok
