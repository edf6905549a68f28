"""Time and identifiers as the machine has them."""

import time
from datetime import UTC, datetime

import uuid6

from kiosk.domain.ids import SessionId, TxnId


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def new_session() -> SessionId:
    return SessionId(_uuid7())


def new_txn() -> TxnId:
    return TxnId(_uuid7())


def _uuid7() -> str:
    return str(uuid6.uuid7())
