"""Changes: checkout, checkin and renewal as asked of the ABIS, and what is made of every way they can end.

  answered   -> journaled, then told
  not sent   -> surely not done: journaled, then told
  unknown    -> maybe done: the ABIS is asked what became of it; what stays unknown is journaled and told as such
A connector that falls over counts as unknown. An answer that cannot be journaled is told as "not recorded"; its
transaction stays open for recovery.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from kiosk.app.scribe import Scribe
from kiosk.domain.ids import CardNumber, ItemId, SessionId, TxnId
from kiosk.domain.items import Loan, Returned
from kiosk.domain.records import Entry, Kind, Scalar
from kiosk.domain.refusal import Reason, Refusal
from kiosk.effects import RequestCheckin, RequestCheckout, RequestRenew
from kiosk.events import (
    CheckinAccepted,
    CheckinRefused,
    CheckinUnanswered,
    CheckoutApproved,
    CheckoutRefused,
    CheckoutUnanswered,
    Event,
    RenewApproved,
    RenewRefused,
    RenewUnanswered,
)
from kiosk.ports.abis import Abis, AbisFault, NotSent, Unreachable
from kiosk.ports.clock import Clock
from sync.journal.payload import SAID, nameless
from sync.journal.recovery import BARRED
from sync.settle import Outcome, settle_checkin, settle_checkout, settle_renew

log = logging.getLogger(__name__)
RAW = 200
"""Characters of the ABIS's own text that are kept for staff, beside the journal's rows: it may name anybody. Where its
meaning is known, the reason says it all and the text is not kept."""
Change: TypeAlias = RequestCheckout | RequestCheckin | RequestRenew
Answer: TypeAlias = Loan | Returned | Refusal


@dataclass(frozen=True, slots=True)
class _Words:
    """How one kind of change is written down and told."""

    done: Kind
    refused: Kind
    unknown: Kind
    not_sent: Kind
    tell_refused: Callable[[SessionId, ItemId, Refusal], Event]
    tell_unanswered: Callable[[SessionId, ItemId, bool], Event]


CHECKOUT = _Words(
    Kind.CHECKOUT_APPROVED, Kind.CHECKOUT_REFUSED, Kind.CHECKOUT_UNKNOWN, Kind.CHECKOUT_NOT_SENT,
    CheckoutRefused, CheckoutUnanswered,
)  # fmt: skip
CHECKIN = _Words(
    Kind.CHECKIN_ACCEPTED, Kind.CHECKIN_REFUSED, Kind.CHECKIN_UNKNOWN, Kind.CHECKIN_NOT_SENT,
    CheckinRefused, CheckinUnanswered,
)  # fmt: skip
RENEW = _Words(
    Kind.RENEW_APPROVED, Kind.RENEW_REFUSED, Kind.RENEW_UNKNOWN, Kind.RENEW_NOT_SENT,
    RenewRefused, RenewUnanswered,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the rows of an answer repeat of their question."""

    session: SessionId
    txn: TxnId
    card: CardNumber | None
    item: ItemId
    words: _Words
    reader: str = field(default="", repr=False)
    """The name that is taken out of what the ABIS says, where it is known."""
    barred_from: int | None = field(default=None, repr=False)
    """Age marks that must not go to this reader."""

    def row(self, kind: Kind, **data: Scalar) -> Entry:
        return Entry(kind, self.session, self.txn, self.card, self.item, data=data)

    def bars(self, answer: Answer | bool) -> bool:
        """It was lent, and only then called marked so that it must not go to this reader."""
        mark = answer.age_mark if isinstance(answer, Loan) else None
        return bool(mark and self.barred_from is not None and mark >= self.barred_from)

    def answered(self, answer: Answer) -> Entry:
        match answer:
            case Refusal(Reason.OTHER as reason, raw) if raw:
                said = {SAID: nameless(raw[:RAW], self.reader)}
                return self.row(self.words.refused, reason=reason.name, **said)
            case Refusal(reason):
                return self.row(self.words.refused, reason=reason.name)
            case Loan(due=due, due_certain=certain):
                more: dict[str, Scalar] = {} if certain else {"due_certain": False}
                if self.bars(answer):
                    more[BARRED] = True
                return self.row(self.words.done, due=due.isoformat() if due else None, **more)
            case Returned(destination=destination, patron=patron):
                return replace(self, card=patron).row(self.words.done, destination=destination.name)


class Changes:
    """Used by the ABIS thread. The flow hears the outcome once it is in the journal; `left_open` is called for each
    that must be asked about again. `dates_doubtful`: what the ABIS says now was worked out by a clock that is not
    believed."""

    def __init__(
        self,
        abis: Abis,
        scribe: Scribe,
        clock: Clock,
        left_open: Callable[[], None],
        dates_doubtful: Callable[[], bool] = lambda: False,
    ) -> None:
        self._dates_doubtful = dates_doubtful
        self._abis, self._scribe, self._clock, self._left_open = abis, scribe, clock, left_open
        self._reader = ""

    def identified(self, reader: str) -> None:
        """Somebody of this name is in front of the screen: what the ABIS says from now on may name them."""
        self._reader = reader

    def make(self, change: Change) -> None:
        match change:
            case RequestCheckout():
                self._checkout(change)
            case RequestCheckin(session, txn, item):
                self._checkin(_Asked(session, txn, None, item, CHECKIN, self._reader))
            case RequestRenew(session, txn, card, item):
                self._renew(_Asked(session, txn, card, item, RENEW, self._reader), card)

    def _checkout(self, change: RequestCheckout) -> None:
        asked = _Asked(
            change.session, change.txn, change.card, change.item, CHECKOUT, self._reader, change.barred_from
        )  # fmt: skip
        at, card, item = self._clock.now(), change.card, change.item
        if change.return_first and (instead := self._return_for_other(asked)) is not None:
            self._tell(asked, instead)
            return
        self._tell(
            asked,
            self._outcome(
                lambda: self._abis.checkout(change.txn, card, item, at, fee_accepted=change.fee_accepted),
                lambda: settle_checkout(self._abis, card, item),
                lambda due: Loan(item, due=due),
            ),
        )

    def _checkin(self, asked: _Asked) -> None:
        self._tell(asked, self._checkin_outcome(asked))

    def _checkin_outcome(self, asked: _Asked) -> Answer | bool:
        at, item = self._clock.now(), asked.item
        return self._outcome(
            lambda: self._abis.checkin(asked.txn, item, at),
            lambda: settle_checkin(self._abis, item),
            lambda _: Returned(item),
        )

    def _renew(self, asked: _Asked, card: CardNumber) -> None:
        at, item = self._clock.now(), asked.item
        before = self._due(item)
        self._tell(
            asked,
            self._outcome(
                lambda: self._abis.renew(asked.txn, card, item, at),
                lambda: settle_renew(self._abis, item, before),
                lambda due: Loan(item, due=due),
            ),
        )

    def _due(self, item: ItemId) -> date | None:
        """What a renewal of unknown outcome is compared with; nothing is asked of an ABIS that is known to be away."""
        try:
            return self._abis.item_info(item).due if self._abis.health().usable else None
        except AbisFault:
            return None
        except Exception:
            log.exception("the connector fell over; a renewal is asked for all the same")
            return None

    def _outcome(
        self,
        ask: Callable[[], Answer],
        settle: Callable[[], tuple[Outcome, date | None]],
        done: Callable[[date | None], Answer],
    ) -> Answer | bool:
        """Return the answer, or without one whether it may have been done."""
        try:
            return ask()
        except NotSent as fault:
            log.warning("not sent: %s", fault)
            return False
        except Unreachable as fault:
            log.warning("no answer: %s", fault)
        except Exception:
            log.exception("the connector fell over; what was asked may have been done")
        try:
            outcome, due = settle()
        except Exception:
            log.exception("the connector fell over; not settled")
            return True
        return done(due) if outcome is Outcome.DONE else outcome is Outcome.UNKNOWN

    def _return_for_other(self, asked: _Asked) -> Answer | bool | None:
        """The reader brought what somebody else has: return it for them first, in a transaction of its own.

        Return None once it is returned and the flow knows, else what becomes of the checkout: it was never asked for.
        """
        own = replace(asked, txn=self._scribe.new_txn(), card=None, words=CHECKIN)
        if not self._scribe.write_now(own.row(Kind.CHECKIN_INTENDED)):
            return Refusal(Reason.NOT_RECORDED)
        outcome = self._checkin_outcome(own)
        if isinstance(outcome, bool):
            self._scribe.write_now(own.row(own.words.unknown if outcome else own.words.not_sent))
            self._left_open()
            return False
        if not self._scribe.write_now(own.answered(outcome)):
            self._left_open()
            return Refusal(Reason.NOT_RECORDED)
        if isinstance(outcome, Refusal):
            return outcome
        self._scribe.tell(_event(own, outcome))
        return None

    def _tell(self, asked: _Asked, outcome: Answer | bool) -> None:
        reason = Reason.RETURN_NOT_RECORDED if asked.words is CHECKIN else Reason.NOT_RECORDED
        not_recorded = asked.words.tell_refused(asked.session, asked.item, Refusal(reason))
        if isinstance(outcome, Loan) and self._dates_doubtful():
            outcome = replace(outcome, due_certain=False)
        if isinstance(outcome, bool):
            row = asked.row(asked.words.unknown if outcome else asked.words.not_sent)
            if outcome:
                self._left_open()
            self._scribe.answer(row, asked.words.tell_unanswered(asked.session, asked.item, outcome), not_recorded)
        else:
            if asked.bars(outcome):
                self._left_open()
            self._scribe.answer(asked.answered(outcome), _event(asked, outcome), not_recorded)


def _event(asked: _Asked, answer: Answer) -> Event:
    match answer:
        case Refusal():
            return asked.words.tell_refused(asked.session, asked.item, answer)
        case Returned():
            return CheckinAccepted(asked.session, replace(answer, item=asked.item, patron=None))
        case Loan():
            loan = replace(answer, item=asked.item)
            told = CheckoutApproved if asked.words is CHECKOUT else RenewApproved
            return told(asked.session, loan)
