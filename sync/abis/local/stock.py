"""Titles and copies in the hands of the staff. One transaction holds each.

1. A copy on loan is never withdrawn: it comes back first, or is declared lost and settled.
2. A lost copy stays its reader's loan until it is settled: replaced or paid. Found again, it serves who waits for it.
3. What is withdrawn leaves the stock for good; that it was here, why it went and under which act stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select, update

from kiosk.domain.ids import ItemId
from kiosk.ports.office import MOST_FOUND, CopyLine, CopyPage, Fault, Refused
from sync.abis.local import entry, holds, people
from sync.abis.local.lending import Desk
from sync.abis.local.parting import set_past
from sync.abis.local.reading import Values
from sync.abis.local.schema import branch, hold, item, loan, moment, title, withdrawn
from sync.abis.local.sheets import ITEMS, TITLES, Sheet

LONGEST_REASON, LONGEST_ACT = 200, 60


# --- looking


def found(desk: Desk, words: str) -> tuple[CopyLine, ...]:
    """By a barcode or an ISBN, whole; else by words of title and author in any order."""
    number = words.strip()
    exact = _lines(desk, (item.c.item == number) | (title.c.isbn == number.replace("-", "")) & (title.c.isbn != ""))
    if exact:
        return exact
    query = people.with_words(select(title.c.code), title.c.title + " " + title.c.author, words)
    return _lines(desk, title.c.code.in_(query))


def page(desk: Desk, number: str, zone: ZoneInfo) -> CopyPage | None:
    connection = desk.connection
    lines = _lines(desk, item.c.item == number)
    if not lines:
        return None
    copy = connection.execute(select(item).where(item.c.item == number)).one()
    work = connection.execute(select(title).where(title.c.code == copy.title)).one()
    lent = connection.execute(select(loan.c.card).where(loan.c.item == number, loan.c.returned.is_(None))).scalar()
    mine = [each for each in people.loans(desk, zone, lent) if each.item == number] if lent else []
    waiting = select(func.count()).where(hold.c.title == copy.title, hold.c.item.is_(None))
    return CopyPage(
        line=lines[0],
        texts=entry.shown(ITEMS, dict(copy._mapping)),
        title_texts=entry.shown(TITLES, dict(work._mapping)),
        loan=mine[0] if mine else None,
        waiting=connection.execute(waiting).scalar_one(),
    )


def _lines(desk: Desk, which: Any) -> tuple[CopyLine, ...]:
    return tuple(map(_line, desk.connection.execute(_listed(desk).where(which))))


def _listed(desk: Desk) -> Select[Any]:
    set_aside = and_(hold.c.item == item.c.item, hold.c.until >= desk.today)
    return (
        select(item, title.c.title.label("called"), title.c.author, title.c.age_mark, branch.c.name.label("house"))
        .add_columns(loan.c.id.label("loan_id"), hold.c.id.label("hold_id"))
        .join(title, title.c.code == item.c.title)
        .join(branch, branch.c.code == item.c.branch)
        .outerjoin(loan, and_(loan.c.item == item.c.item, loan.c.returned.is_(None)))
        .outerjoin(hold, set_aside)
        .order_by(title.c.title, title.c.code, item.c.item)
        .limit(MOST_FOUND)
    )


def _line(row: Row[Any]) -> CopyLine:
    return CopyLine(
        item=row.item,
        title_code=row.title,
        title=row.called,
        author=row.author,
        age_mark=row.age_mark,
        branch=row.house,
        shelf=row.shelf,
        state=row.state,
        on_loan=row.loan_id is not None,
        set_aside=row.hold_id is not None,
    )


# --- changing


def add_title(desk: Desk, texts: Mapping[str, str], zone: ZoneInfo) -> str:
    code = texts.get("code", "").strip() or _next_code(desk.connection)
    values = entry.read(desk.connection, TITLES, {**texts, "code": code}, zone)
    return _add(desk.connection, TITLES, values)


def add_copy(desk: Desk, texts: Mapping[str, str], zone: ZoneInfo) -> str:
    return _add(desk.connection, ITEMS, entry.read(desk.connection, ITEMS, texts, zone))


def _add(connection: Connection, sheet: Sheet, values: Values) -> str:
    (key,) = sheet.key
    column = sheet.table.c[key]
    if connection.execute(select(column).where(column == values[key])).first():
        raise entry.refused(key, "taken")
    connection.execute(insert(sheet.table).values(values))
    return str(values[key])


def change(desk: Desk, sheet: Sheet, name: str, texts: Mapping[str, str], zone: ZoneInfo) -> tuple[str, ...]:
    """Change the fields that are given, of a title or a copy; its key stays. Return those that changed."""
    column = sheet.table.c[sheet.key[0]]
    old = desk.connection.execute(select(sheet.table).where(column == name)).one_or_none()
    if old is None:
        raise entry.refused(sheet.key[0], "unknown")
    wanted = _given(sheet, texts)
    values = entry.read(desk.connection, sheet, texts, zone, wanted)
    changed = {field: value for field, value in values.items() if value != old._mapping[field]}
    if changed:
        desk.connection.execute(update(sheet.table).where(column == name).values(changed))
    return tuple(changed)


def _given(sheet: Sheet, texts: Mapping[str, str]) -> Iterable[str]:
    if sheet.key[0] in texts:
        raise entry.refused(sheet.key[0], "surplus")
    return [name for name in texts if name in sheet.columns]


def declare_lost(desk: Desk, number: str, *, settled: bool) -> None:
    row = _copy(desk.connection, number)
    lent = (loan.c.item == number) & loan.c.returned.is_(None)
    ends = settled and desk.connection.execute(select(loan.c.id).where(lent)).first() is not None
    if row.state == "lost" and not ends:
        raise entry.refused("item", "lost_already")
    holds.back_to_queue(desk.connection, number)
    desk.connection.execute(update(item).where(item.c.item == number).values(state="lost"))
    if ends:
        desk.connection.execute(update(loan).where(lent).values(returned=moment(desk.at)))


def declare_found(desk: Desk, number: str) -> str:
    """Return the place on the hold shelf, if a reader waits for it and it stands here."""
    row = _copy(desk.connection, number)
    if row.state != "lost":
        raise entry.refused("item", "not_lost")
    desk.connection.execute(update(item).where(item.c.item == number).values(state="normal"))
    here = desk.connection.execute(select(branch.c.here).where(branch.c.code == row.branch)).scalar_one()
    if not here or _is_lent(desk.connection, number):
        return ""
    caught = holds.catch(desk.connection, ItemId(number), row.title, desk.today, desk.hold_days)
    return caught.place if caught else ""


def withdraw(desk: Desk, number: str, reason: str, act: str) -> None:
    connection = desk.connection
    row = _copy(connection, number)
    if _is_lent(connection, number):
        raise entry.refused("item", "on_loan")
    faults = [*_words("reason", reason, LONGEST_REASON), *_words("act", act, LONGEST_ACT)]
    if faults:
        raise Refused(faults)
    holds.back_to_queue(connection, number)
    set_past(connection, loan.c.item == number)
    kept = {name: row._mapping[name] for name in ("item", "title", "branch", "type", "shelf")}
    about = {"day": desk.today, "reason": reason.strip(), "act": act.strip()}
    connection.execute(insert(withdrawn).values(kept | about))
    connection.execute(delete(item).where(item.c.item == number))


def _words(name: str, text: str, longest: int) -> Iterator[Fault]:
    if not text.strip():
        yield entry.fault(name, "missing")
    elif len(text.strip()) > longest or not text.strip().isprintable():
        yield Fault(name, "words", str(longest), f"text of up to {longest} characters on one line")


def _copy(connection: Connection, number: str) -> Row[Any]:
    row = connection.execute(select(item).where(item.c.item == number)).one_or_none()
    if row is None:
        raise entry.refused("item", "unknown")
    return row


def _is_lent(connection: Connection, number: str) -> bool:
    lent = select(loan.c.id).where(loan.c.item == number, loan.c.returned.is_(None))
    return connection.execute(lent).first() is not None


def _next_code(connection: Connection) -> str:
    """The first free one after as many as there are."""
    known = connection.execute(select(func.count()).select_from(title)).scalar_one()
    taken = set(connection.execute(select(title.c.code)).scalars())
    return next(code for number in count(known + 1) if (code := f"T{number}") not in taken)
