"""Screen messages of our server (AF), Russian and English, for people who stand before another maker's machine.

The English sentences are also what a client's profile recognises reasons by: whoever changes one looks there as well.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from kiosk.domain.refusal import Reason, Refusal

Language = Literal["ru", "en"]
Text: TypeAlias = Mapping[Language, str]

NOT_ON_LOAN: Text = {"ru": "Не числилась на руках", "en": "Item was not on loan"}
HELD: Text = {"ru": "Её ждёт другой читатель: на полку «Заявки»", "en": "On hold: to the hold shelf"}
ELSEWHERE: Text = {"ru": "Книга другой библиотеки: {home}", "en": "Belongs to another library: {home}"}
TO_SORT: Text = {"ru": "На полку «Разобрать»", "en": "To the sorting shelf"}
REFERENCE: Text = {"ru": "Читают только здесь", "en": "For use here only"}
RENEWED: Text = {"ru": "Уже была у вас: продлена", "en": "You had it already: renewed"}
NOT_DONE_HERE: Text = {"ru": "Здесь этого сделать нельзя", "en": "This cannot be done here"}

REFUSED: Mapping[Reason, Text] = {
    Reason.HELD_FOR_OTHER: {"ru": "Эту книгу ждёт другой читатель", "en": "Another reader is waiting for it"},
    Reason.AGE_RESTRICTED: {"ru": "Книга не по возрасту", "en": "Restricted by age"},
    Reason.BIRTH_DATE_UNKNOWN: {"ru": "Нужна дата рождения", "en": "Birth date needed"},
    Reason.ON_LOAN_TO_OTHER: {"ru": "Книга записана на другого читателя", "en": "On loan to someone else"},
    Reason.ALREADY_YOURS: {"ru": "Она уже ваша", "en": "It is already yours"},
    Reason.FEE: {"ru": "За эту книгу берут плату", "en": "There is a charge"},
    Reason.OTHER_LIBRARY: {"ru": "Книга другой библиотеки", "en": "From another library"},
    Reason.UNKNOWN_ITEM: {"ru": "Мы не знаем эту книгу", "en": "We do not know this item"},
    Reason.REFERENCE_ONLY: REFERENCE,
    Reason.NOT_RENEWABLE: {"ru": "Эту книгу не продлевают", "en": "It cannot be renewed"},
    Reason.RENEWED_TOO_OFTEN: {"ru": "Больше продлить нельзя", "en": "Renewed as often as allowed"},
    Reason.OVERDUE: {"ru": "Срок прошёл, пора вернуть", "en": "Overdue, please return it"},
    Reason.LIMIT_REACHED: {"ru": "Больше на этот билет нельзя", "en": "The limit of this card is reached"},
    Reason.CARD_EXPIRED: {"ru": "Билет пора продлить", "en": "This card has expired"},
    Reason.CARD_BLOCKED: {"ru": "Билет закрыт, подойдите к сотруднику", "en": "This card is blocked"},
    Reason.CARD_LOST: {"ru": "Билет объявлен потерянным", "en": "This card was reported lost"},
    Reason.CARD_UNKNOWN: {"ru": "Мы не знаем этот билет", "en": "We do not know this card"},
    Reason.DEBTS: {"ru": "Сначала нужно погасить долг", "en": "Please settle your fees first"},
    Reason.WRONG_PIN: {"ru": "ПИН-код не подошёл", "en": "That PIN does not match"},
    Reason.PIN_LOCKED: {"ru": "Вход по этому билету закрыт на время", "en": "This card is locked for a while"},
}
OTHERWISE: Text = {"ru": "Подойдите к сотруднику", "en": "Please ask the staff"}

_LIMIT: Text = {"ru": "предел: {}", "en": "limit: {}"}
_QUEUE: Text = {"ru": "в очереди: {}", "en": "waiting: {}"}
_DAY: Text = {"ru": "%d.%m.%Y", "en": "%Y-%m-%d"}
_AGES = frozenset({Reason.AGE_RESTRICTED, Reason.BIRTH_DATE_UNKNOWN})


def refused(refusal: Refusal, language: Language) -> str:
    """A refusal in one sentence, with what it speaks of: `It is already yours (2026-12-11)`."""
    sentence = REFUSED.get(refusal.reason, OTHERWISE)[language]
    particulars = []
    if refusal.limit is not None:
        by_age = refusal.reason in _AGES
        particulars.append(f"{refusal.limit}+" if by_age else _LIMIT[language].format(refusal.limit))
    if refusal.queue is not None:
        particulars.append(_QUEUE[language].format(refusal.queue))
    if refusal.until is not None:
        particulars.append(refusal.until.strftime(_DAY[language]))
    return f"{sentence} ({', '.join(particulars)})" if particulars else sentence
