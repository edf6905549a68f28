"""The tables of the store. Days are ISO dates in the site's time zone, moments are ISO UTC, money is minor units.

Additive only: a later release adds tables and nullable columns, so that the release before still opens the file.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

VERSION = 1
"""Kept in SQLite's `user_version`. Raised only when a release could no longer read what the one before wrote."""

metadata = MetaData()


def moment(at: datetime) -> str:
    """How a moment is kept: ISO, UTC, so that the order of texts is the order of times."""
    return at.astimezone(UTC).isoformat()


def _key(name: str, target: str) -> Column[str]:
    return Column(name, Text, ForeignKey(target), nullable=False)


branch = Table(
    "branch",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("here", Boolean, nullable=False),  # items of this branch stand on these shelves
    Column("lent", Boolean, nullable=False),  # items of this branch are lent here
)

category = Table(
    "category",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("item_limit", Integer, nullable=False),  # how many a reader may have at once
    Column("hold_limit", Integer, nullable=False),
    Column("debt_limit", Integer),  # minor units above which nothing is lent; NULL: debts never stop a loan
)

item_type = Table(
    "item_type",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

rule = Table(
    "rule",
    metadata,
    Column("category", Text, ForeignKey("category.code"), primary_key=True),
    Column("type", Text, ForeignKey("item_type.code"), primary_key=True),
    Column("days", Integer, nullable=False),
    Column("renewals", Integer, nullable=False),
    Column("renewal_days", Integer, nullable=False),
    Column("fee", Integer, nullable=False),
)

closed = Table(
    "closed",
    metadata,
    Column("day", Text, primary_key=True),  # an ISO date, or an ISO weekday: 1 is Monday
    Column("note", Text, nullable=False),
)

patron = Table(
    "patron",
    metadata,
    Column("card", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("first_name", Text, nullable=False, server_default=""),  # how the reader is greeted
    _key("category", "category.code"),
    Column("birth", Date),
    Column("expires", Date),
    Column("standing", Text, nullable=False),  # active, blocked, lost
    Column("note", Text, nullable=False),  # for staff: why it is blocked
    Column("pin", Text),  # see `pins`; NULL: no PIN was ever set
    Column("pin_failures", Integer, nullable=False, server_default="0"),
    Column("pin_locked_until", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("agreed", Date),  # when the reader signed for unstaffed hours; NULL: never
    CheckConstraint("standing IN ('active', 'blocked', 'lost')"),
)

other_card = Table(
    "other_card",
    metadata,
    Column("number", Text, primary_key=True),  # what an RFID card or a city card says of itself
    Column("card", Text, ForeignKey("patron.card"), nullable=False),
)

Index("other_card_by_card", other_card.c.card)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("card", "patron.card"),
    Column("text", Text, nullable=False),
)

title = Table(
    "title",
    metadata,
    Column("code", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("isbn", Text, nullable=False),
    Column("year", Integer),
    Column("age_mark", Integer),
)

item = Table(
    "item",
    metadata,
    Column("item", Text, primary_key=True),
    _key("title", "title.code"),
    _key("branch", "branch.code"),
    _key("type", "item_type.code"),
    Column("shelf", Text, nullable=False),
    Column("state", Text, nullable=False),  # normal, reference, lost, transit
    CheckConstraint("state IN ('normal', 'reference', 'lost', 'transit')"),
)
Index("item_by_title", item.c.title)

loan = Table(
    "loan",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("item", "item.item"),
    _key("card", "patron.card"),
    Column("lent", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("renewals", Integer, nullable=False, server_default="0"),
    Column("returned", Text),
)
Index("one_open_loan_per_item", loan.c.item, unique=True, sqlite_where=text("returned IS NULL"))
Index("loan_by_card", loan.c.card, sqlite_where=text("returned IS NULL"))

hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("card", "patron.card"),
    _key("title", "title.code"),
    Column("placed", Text, nullable=False),
    Column("item", Text, ForeignKey("item.item")),  # set while it waits on the hold shelf, NULL while in the queue
    Column("place", Text, nullable=False, server_default=""),
    Column("until", Date),
    CheckConstraint("(item IS NULL) = (until IS NULL)", name="a copy on the hold shelf has a last day"),
)
Index("one_hold_per_reader_and_title", hold.c.card, hold.c.title, unique=True)
Index("one_hold_per_item", hold.c.item, unique=True)
Index("hold_by_title", hold.c.title)

fee = Table(
    "fee",
    metadata,
    Column("id", Integer, primary_key=True),
    _key("card", "patron.card"),
    Column("item", Text),
    Column("amount", Integer, nullable=False),
    Column("paid", Integer, nullable=False, server_default="0"),
    Column("day", Date, nullable=False),
    Column("why", Text, nullable=False),
    CheckConstraint("amount > 0 AND paid BETWEEN 0 AND amount", name="paid is at most the amount"),
)
Index("fee_by_card", fee.c.card)

done = Table(
    "done",
    metadata,
    Column("txn", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("asked", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Text, nullable=False),
)
Index("done_by_age", done.c.at)

registration = Table(
    "registration",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("card", Text),  # NULL: the reader was forgotten, the number stays
    Column("year", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("age_group", Text, nullable=False),  # on that day: child, youth, older, unknown
    Column("who", Text, nullable=False),
)
Index("one_registration_per_reader_and_year", registration.c.card, registration.c.year, unique=True)
Index("registration_by_year", registration.c.year)

past_loan = Table(  # ended loans whose reader or copy is not kept any more
    "past_loan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", Text, nullable=False),
    Column("card", Text),
    Column("lent", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("renewals", Integer, nullable=False),
    Column("returned", Text, nullable=False),
)

withdrawn = Table(  # copies taken out of the stock for good, as they were
    "withdrawn",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("shelf", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("act", Text, nullable=False),
)

deed = Table(  # what the staff did
    "deed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),  # a card or an item
    Column("said", Text, nullable=False),
)
Index("deed_by_about", deed.c.about)
