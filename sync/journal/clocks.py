"""What a journal knows of clocks: when its rows were written, told by later looks at the clock in the same run of the
machine; and the newest moment that a start may not lie before. Every function takes the journal's connection.

The looks are the rows a station writes when it starts and whenever its clock steps or is believed otherwise. Each holds
wall time and running time of one moment. Between steps their difference stays the same, so the best believed look dates
every row of its run. Order is `seq`, never a time.
"""

import sqlite3
from datetime import timedelta

from kiosk.domain.clock import Known
from sync.journal import schema
from sync.journal.payload import quality_of, wall_time
from sync.journal.stamps import Quality, Stamp, dated

_STAMP = "boot_id, boottime_ns, wall_utc, clock_quality"
BEST_LOOK = f"""
    SELECT {_STAMP} FROM journal WHERE boot_id = ? AND {schema.LOOKS} AND clock_quality IN ('ntp', 'rtc')
    ORDER BY clock_quality = 'ntp' DESC, seq DESC LIMIT 1"""
NEWEST = f"SELECT {_STAMP} FROM journal WHERE clock_quality <> 'unknown' ORDER BY seq DESC LIMIT 1"


def redated(connection: sqlite3.Connection, own: Stamp) -> Stamp:
    """Return the stamp of a row as it is known today: never worse than it was written."""
    return dated(own, _stamp(connection.execute(BEST_LOOK, (own.boot_id,)).fetchone()))


def known(connection: sqlite3.Connection, boot_id: str, running_ns: int) -> Known | None:
    """Return the newest moment that was believed, for a start in the run `boot_id` of the machine; None: none was.

    A row that was only reckoned in this same run tells how early it may be, not how late it is.
    """
    newest = _stamp(connection.execute(NEWEST).fetchone())
    if newest is None:
        return None
    best = redated(connection, newest)
    if best.boot_id != boot_id:
        return Known(best.wall)
    if best.quality in (Quality.NTP, Quality.RTC):
        return Known(best.wall, timedelta(microseconds=best.boottime_ns // 1000))
    return Known(best.wall + timedelta(microseconds=(running_ns - best.boottime_ns) // 1000))


def _stamp(found: sqlite3.Row | None) -> Stamp | None:
    if found is None:
        return None
    boot_id, running_ns, wall, quality = found
    return Stamp(boot_id, running_ns, wall_time(wall), quality_of(quality))
