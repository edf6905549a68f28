"""Journal rows as the flows and the app mean them. How they lie on disk is `sync.journal`'s business."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.ids import CardNumber, ItemId, SessionId, TagUid, TxnId


class Kind(StrEnum):
    """What a row says. An *intent* opens a transaction; every other row of its `txn` tells how it went on."""

    STATION_STARTED = "station_started"
    STATION_STOPPED = "station_stopped"
    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    CHECKOUT_INTENDED = "checkout_intended"
    CHECKOUT_APPROVED = "checkout_approved"
    CHECKOUT_REFUSED = "checkout_refused"
    CHECKOUT_UNKNOWN = "checkout_unknown"
    """Sent, and nobody knows whether it was done."""
    CHECKOUT_NOT_SENT = "checkout_not_sent"
    LENT_OFFLINE = "lent_offline"
    CHECKIN_INTENDED = "checkin_intended"
    CHECKIN_ACCEPTED = "checkin_accepted"
    CHECKIN_REFUSED = "checkin_refused"
    CHECKIN_UNKNOWN = "checkin_unknown"
    CHECKIN_NOT_SENT = "checkin_not_sent"
    RETURNED_OFFLINE = "returned_offline"
    RENEW_INTENDED = "renew_intended"
    RENEW_APPROVED = "renew_approved"
    RENEW_REFUSED = "renew_refused"
    RENEW_UNKNOWN = "renew_unknown"
    RENEW_NOT_SENT = "renew_not_sent"
    TAG_DISARMED = "tag_disarmed"
    TAG_ARMED = "tag_armed"
    TAG_NOT_WRITTEN = "tag_not_written"
    RECEIPT_PRINTED = "receipt_printed"
    """Nothing is owed any more; where it was not paper, `topic` says so: mailed, shown, declined."""
    RECEIPT_FAILED = "receipt_failed"
    RECEIPT_TO_MAIL = "receipt_to_mail"
    """It is to be sent; `topic` of a row above tells the end: mailed, not mailed."""
    REPLAY_CONFIRMED = "replay_confirmed"
    REPLAY_REFUSED = "replay_refused"
    REPLAY_REVIEW = "replay_review"
    REPLAY_RETRIED = "replay_retried"
    """A person let a row go that waited for one: `row`, and `by` whom (user id)."""
    REPLAY_DISMISSED = "replay_dismissed"
    """A person settled it without us: `row`, `by` whom."""
    ATTENTION_DONE = "attention_done"
    """A person has looked at what row `row` says of a book: `by` whom."""
    DAMAGED = "damaged"
    """A reader said so of a book returned here."""
    SET_INCOMPLETE = "set_incomplete"
    """Lent or returned while not all its parts were there; `topic` says which."""
    STRIP_OPENED = "strip_opened"
    """Its reader says that they drew the lent book over the magnetic unit. An intent with `strip` asks for it."""
    STRIP_CLOSED = "strip_closed"
    """So they did with the returned one."""
    STRIP_NOT_SLID = "strip_not_slid"
    """They did not; `topic` says what that leaves."""
    COUNT_AGREES = "count_agrees"
    """The reader named as many books as were recorded."""
    COUNT_DIFFERS = "count_differs"
    """They named another number; `topic` has both."""
    COUNT_NOT_TOLD = "count_not_told"
    STAFF_CALLED = "staff_called"
    STAFF_CAME = "staff_came"
    """The staff screen was opened by `staff`. So is every row of what they did there."""
    STAFF_LEFT = "staff_left"
    STAFF_REFUSED = "staff_refused"
    """A wrong PIN for the card of `staff`, or a card that is nobody's."""
    STAFF_DID = "staff_did"
    """`topic` says what: cleaning, restart, a test."""
    STATION_CLOSED = "station_closed"
    """Out of service by `staff`, over restarts as well, until `STATION_OPENED`."""
    STATION_OPENED = "station_opened"
    TRIAL_VISIT = "trial_visit"
    """A visit with a test card has begun. It leaves no other row."""
    CLOCK_CHANGED = "clock_changed"
    """The wall clock stepped, or is believed otherwise: `was` and `now` (trust), `why` it is doubted, `moved_ms`, and
    `began_ms` / `was_began_ms`: when this run of the machine began by the clock, in Unix time; `by` whom (user id)."""
    JOURNAL_ANSWERS = "journal_answers"
    """Written to find out whether writing works again."""


Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to be written. `card` goes to the deletable side table; the row itself keeps only a random reference.

    `data` holds plain scalars (dates as ISO text), never personal data.
    """

    kind: Kind
    session: SessionId | None = None
    txn: TxnId | None = None
    card: CardNumber | None = None
    item: ItemId | None = None
    tag: TagUid | None = None
    data: Mapping[str, Scalar] = field(default_factory=dict)
