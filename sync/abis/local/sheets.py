"""The files of the store: one per table, its columns, what may stand in them, which of them name a row.

The order of `SHEETS` is the order of import: a file only refers to files before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Table

from sync.abis.local import cells, schema
from sync.abis.local.cells import Kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file. `key`: the columns that name a row. `aliases`: Russian names of columns, taken as well."""

    name: str
    table: Table
    key: tuple[str, ...]
    columns: Mapping[str, Kind]
    aliases: Mapping[str, str]

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.columns) | frozenset(self.aliases)


def _sheet(name: str, table: Table, key: str, columns: dict[str, Kind], aliases: dict[str, str] | None = None) -> Sheet:
    return Sheet(name, table, tuple(key.split()), MappingProxyType(columns), MappingProxyType(aliases or {}))


BRANCHES = _sheet(
    "branches",
    schema.branch,
    "code",
    {"code": cells.key(), "name": cells.words(120), "here": cells.yes_no(), "lent": cells.yes_no()},
    {"код": "code", "название": "name", "здесь": "here", "выдаём": "lent"},
)
CATEGORIES = _sheet(
    "categories",
    schema.category,
    "code",
    {
        "code": cells.key(),
        "name": cells.words(120),
        "item_limit": cells.number(0, 999),
        "hold_limit": cells.number(0, 999),
        "debt_limit": cells.amount(required=False),
    },
    {"код": "code", "название": "name", "книг": "item_limit", "заявок": "hold_limit", "долг": "debt_limit"},
)
TYPES = _sheet(
    "types",
    schema.item_type,
    "code",
    {"code": cells.key(), "name": cells.words(120)},
    {"код": "code", "название": "name"},
)
RULES = _sheet(
    "rules",
    schema.rule,
    "category type",
    {
        "category": cells.reference("categories"),
        "type": cells.reference("types"),
        "days": cells.number(0, 999),
        "renewals": cells.number(0, 99),
        "renewal_days": cells.number(0, 999),
        "fee": cells.amount(),
    },
    {"категория": "category", "вид": "type", "дней": "days", "продлений": "renewals", "плата": "fee"},
)
CLOSED = _sheet(
    "closed",
    schema.closed,
    "day",
    {"day": cells.closed_day(), "note": cells.words(120, required=False)},
    {"день": "day", "примечание": "note"},
)
TITLES = _sheet(
    "titles",
    schema.title,
    "code",
    {
        "code": cells.key(),
        "title": cells.words(300),
        "author": cells.words(200, required=False),
        "isbn": cells.isbn(),
        "year": cells.number(1400, 2199, required=False),
        "age_mark": cells.mark(),
    },
    {"код": "code", "заглавие": "title", "автор": "author", "год": "year", "возраст": "age_mark"},
)
ITEMS = _sheet(
    "items",
    schema.item,
    "item",
    {
        "item": cells.key(),
        "title": cells.reference("titles"),
        "branch": cells.reference("branches"),
        "type": cells.reference("types"),
        "shelf": cells.words(60, required=False),
        "state": cells.one_of("normal", "reference", "lost", "transit", default="normal"),
    },
    {"штрихкод": "item", "издание": "title", "филиал": "branch", "вид": "type", "полка": "shelf", "состояние": "state"},
)
PATRONS = _sheet(
    "patrons",
    schema.patron,
    "card",
    {
        "card": cells.key(),
        "name": cells.words(120, required=False),
        "first_name": cells.words(60, required=False),
        "category": cells.reference("categories"),
        "birth": cells.day(required=False),
        "expires": cells.day(required=False),
        "standing": cells.one_of("active", "blocked", "lost", default="active"),
        "pin": cells.pin(),
        "other_cards": cells.keys(),
        "note": cells.words(200, required=False),
        "phone": cells.phone(),
        "email": cells.email(),
        "agreed": cells.day(required=False),
        "registered": cells.day(required=False),
    },
    {
        "билет": "card",
        "имя": "name",
        "обращение": "first_name",
        "категория": "category",
        "рождение": "birth",
        "действует": "expires",
        "состояние": "standing",
        "пин": "pin",
        "другие": "other_cards",
        "примечание": "note",
        "телефон": "phone",
        "почта": "email",
        "соглашение": "agreed",
        "перерегистрация": "registered",
    },
)
LOANS = _sheet(
    "loans",
    schema.loan,
    "item",
    {
        "item": cells.reference("items"),
        "card": cells.reference("patrons"),
        "lent": cells.instant(),
        "due": cells.day(),
        "renewals": cells.number(0, 999),
    },
    {"штрихкод": "item", "билет": "card", "выдана": "lent", "срок": "due", "продлений": "renewals"},
)
HOLDS = _sheet(
    "holds",
    schema.hold,
    "card title",
    {
        "card": cells.reference("patrons"),
        "title": cells.reference("titles"),
        "placed": cells.instant(),
        "item": cells.reference("items", required=False),
        "place": cells.words(30, required=False),
        "until": cells.day(required=False),
    },
    {"билет": "card", "издание": "title", "подана": "placed", "штрихкод": "item", "место": "place", "до": "until"},
)
FEES = _sheet(
    "fees",
    schema.fee,
    "id",
    {
        "id": cells.number(1, 999_999_999, required=False),
        "card": cells.reference("patrons"),
        "item": cells.reference("items", required=False),
        "amount": cells.amount(1),
        "paid": cells.amount(),
        "day": cells.day(),
        "why": cells.words(120),
    },
    {"номер": "id", "билет": "card", "сумма": "amount", "оплачено": "paid", "за": "why"},
)
MESSAGES = _sheet(
    "messages",
    schema.message,
    "id",
    {"id": cells.number(1, 999_999_999, required=False), "card": cells.reference("patrons"), "text": cells.words(300)},
    {"номер": "id", "билет": "card", "текст": "text"},
)

SHEETS = MappingProxyType(
    {
        sheet.name: sheet
        for sheet in (
            *(BRANCHES, CATEGORIES, TYPES, RULES, CLOSED, TITLES, ITEMS, PATRONS, LOANS, HOLDS, FEES, MESSAGES),
        )
    }
)
