"""Identity: who is in front of the screen? A card, a typed number, a PIN, and what the ABIS says to them.

Rules:
  1. Whoever is in front of the screen stays: another card is refused until the first reader has finished. Only a card
     that is locked makes room for another. Whose a book is that is laid down after another card was shown is asked,
     until the first reader says so or shows the own card again.
  2. A PIN goes from the keypad to the ABIS and stays nowhere.
  3. Without the ABIS a card alone may do, by the rules, if its reader was seen here before. A typed number then proves
     nothing and does not; nor does the PIN. Who came in so borrows within the offline limit and sees no account, even
     when the ABIS answers again.
  4. What somebody returned before a card was shown is nobody's: it is printed by itself, and is neither on the list nor
     on the receipt of the reader who came.
"""

from dataclasses import replace
from typing import TypeAlias

from kiosk.domain.ids import CardNumber, Secret
from kiosk.domain.patrons import Patron
from kiosk.domain.refusal import Reason, Refusal
from kiosk.domain.rules import OfflineCards
from kiosk.effects import Identify, Sound, StartTimer, Tone
from kiosk.events import PatronIdentified, PatronRefused, PatronUnanswered, Task, Timer
from kiosk.flows import checkin, receipt, reprint, strips, tasks
from kiosk.flows.session_state import Session, Step, Where, World

Answer: TypeAlias = PatronIdentified | PatronRefused | PatronUnanswered
TOAST = 5
"""Seconds a notice stands."""


def card(now: Session, shown: CardNumber, world: World, *, typed: bool = False) -> Step:
    """A card was shown, or its number typed. The one that is being dealt with says nothing new."""
    if shown == now.card or (now.patron is not None and shown == now.patron.card):
        return replace(now, disputed=False) if now.disputed else now, ()
    if not _free(now):
        return replace(now, second_card=True, disputed=now.patron is not None), (StartTimer(Timer.TOAST, TOAST),)
    after = replace(now, card=shown, typed=typed, refusal=None, attempts_left=None)
    tick = Sound(Tone.CARD)
    if world.rules.pin_required:
        return replace(after, where=Where.PIN), (tick,)
    return replace(after, where=Where.IDENTIFY, busy=True), (tick, Identify(now.id, shown, None))


def _free(now: Session) -> bool:
    locked = now.refusal is not None and now.refusal.reason is Reason.PIN_LOCKED and not now.busy
    return now.patron is None and now.where is not Where.FAREWELL and (now.card is None or locked)


def pin(now: Session, entered: Secret) -> Step:
    if now.where is not Where.PIN or now.card is None or now.busy:
        return now, ()
    return replace(now, busy=True, refusal=None), (Identify(now.id, now.card, entered),)


def answered(now: Session, event: Answer, world: World) -> Step:
    """What the ABIS said about the card that is being asked about."""
    match event:
        case _ if not now.busy:
            return now, ()
        case PatronIdentified(_, patron, unprinted, unslid):
            owed = strips.owed(unslid, world)
            now = replace(now, unprinted=reprint.wanted(unprinted, world), owed=owed)
            return _identified(now, patron, world)
        case PatronRefused(_, refusal, left):
            return _refused(now, refusal, left), ()
        case _:
            return _unanswered(replace(now, recorded=event.recorded), event, world)


def _identified(now: Session, patron: Patron, world: World) -> Step:
    slip = receipt.apart(now, world)
    now = replace(now, patron=patron, busy=False, refusal=None, where=Where.HOME, checkin=checkin.parted(now.checkin))
    known, effects = tasks.ask_account(now)
    if now.wanted is None:
        return known, slip + effects
    on, more = tasks.choose(known, now.wanted, world)
    return replace(on, wanted=None), slip + effects + more


def _refused(now: Session, refusal: Refusal, left: int | None) -> Session:
    refused = replace(now, busy=False, refusal=refusal, attempts_left=left)
    if refusal.reason in (Reason.WRONG_PIN, Reason.PIN_LOCKED):
        return replace(refused, where=Where.PIN)
    mistyped = now.typed and refusal.reason is Reason.CARD_UNKNOWN
    return replace(refused, where=Where.TYPE_NUMBER if mistyped else Where.IDENTIFY, card=None)


def _unanswered(now: Session, event: PatronUnanswered, world: World) -> Step:
    offline, typed = world.rules.offline, now.typed and world.rules.pin_required
    if typed or not offline.checkout or now.wanted is Task.ACCOUNT:
        return _refused(now, Refusal(Reason.NEEDS_ABIS), None), ()
    if event.known is None and offline.cards is OfflineCards.SEEN:
        return _refused(now, Refusal(Reason.CARD_NOT_SEEN), None), ()
    return _identified(replace(now, offline=True), event.known or Patron(event.card), world)
