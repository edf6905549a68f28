"""My books: the loans as a list, earliest due first, and what of them is news on the home screen."""

from datetime import date, timedelta

from kiosk.domain.items import Loan
from kiosk.domain.patrons import Hold, HoldState
from kiosk.domain.refusal import Reason, Refusal
from kiosk.flows.account import Account, Renewal
from kiosk.views import Frame, LoanRow, Loans, LoanState, News, NewsKind

SOON = timedelta(days=1)
"""A loan that ends tomorrow or today is worth a word."""


def view(account: Account, frame: Frame, today: date) -> Loans:
    if account.known is None:
        return Loans(frame, unavailable=account.unavailable)
    rows = tuple(_row(account, loan, today) for loan in sorted(account.loans, key=_by_due))
    holds = account.known.holds
    return Loans(
        frame,
        rows,
        overdue=sum(row.state is LoanState.OVERDUE for row in rows),
        can_renew=sum(row.renewable for row in rows),
        holds_ready=sum(hold.state is HoldState.READY for hold in holds),
        holds_waiting=sum(hold.state is HoldState.WAITING for hold in holds),
        fees=account.known.fees,
        messages=account.known.messages,
    )


def _by_due(loan: Loan) -> date:
    return loan.due or date.max


def _row(account: Account, loan: Loan, today: date) -> LoanRow:
    attempt = account.attempt(loan.item)
    refusal = attempt.refusal if attempt else _why_not(loan)
    return LoanRow(
        loan.item,
        loan.title or loan.item,
        loan.author,
        loan.due,
        _state(account, loan, today),
        days_left=(loan.due - today).days if loan.due else None,
        renewable=account.can_renew(loan),
        renewals_left=loan.renewals_left,
        refusal=refusal,
    )


def _why_not(loan: Loan) -> Refusal | None:
    if loan.renewable:
        return None
    reason = Reason.__members__.get(loan.why_not.upper(), Reason.NOT_RENEWABLE)
    return Refusal(reason, limit=loan.age_mark if reason is Reason.TOO_YOUNG_TO_RENEW else None)


def _state(account: Account, loan: Loan, today: date) -> LoanState:
    match account.attempt(loan.item):
        case None:
            return _by_day(loan, today)
        case attempt:
            return {
                Renewal.RECORDING: LoanState.RENEWING,
                Renewal.ASKING: LoanState.RENEWING,
                Renewal.DONE: LoanState.RENEWED,
                Renewal.REFUSED: LoanState.CANNOT,
            }[attempt.stage]


def _by_day(loan: Loan, today: date) -> LoanState:
    if loan.due is None or loan.due > today + SOON:
        return LoanState.LATER
    return LoanState.OVERDUE if loan.due < today else LoanState.ENDS_SOON


def news(account: Account, today: date) -> tuple[News, ...]:
    """Return what matters today, most urgent first; the screen shows as many as it has room for."""
    if account.known is None:
        return ()
    ready = (_ready(hold) for hold in account.known.holds if hold.state is HoldState.READY)
    loans = sorted(account.loans, key=_by_due)
    late = (_due(NewsKind.OVERDUE, loan, account) for loan in loans if _by_day(loan, today) is LoanState.OVERDUE)
    soon = (_due(NewsKind.ENDS_SOON, loan, account) for loan in loans if _by_day(loan, today) is LoanState.ENDS_SOON)
    owed = (News(NewsKind.FEES, amount=account.known.fees),) if account.known.fees else ()
    messages = (News(NewsKind.MESSAGE, title=text) for text in account.known.messages)
    return (*ready, *late, *soon, *owed, *messages)


def _ready(hold: Hold) -> News:
    return News(NewsKind.HOLD_READY, hold.title, hold.author, hold.until, hold.shelf, hold.item)


def _due(kind: NewsKind, loan: Loan, account: Account) -> News:
    title = loan.title or loan.item
    return News(kind, title, loan.author, loan.due, item=loan.item, renewable=account.can_renew(loan))
