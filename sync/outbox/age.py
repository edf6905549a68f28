"""How long ago something was recorded, and whether anybody can tell. Pure."""

from datetime import timedelta

from sync.journal.stamps import Quality, Stamp

SETTLES = timedelta(minutes=30)
"""Of a machine that was just switched on: its clock may still be set by the network."""
BELIEVED = (Quality.NTP, Quality.RTC)


def age(written: Stamp | None, now: Stamp) -> timedelta | None:
    """Return how long ago it was written; None where that cannot be told.

    `written` as it is known today (`StationJournal.dated`): a look at the clock later in that run may have told better.
    Within one run of the machine its running time counts, however often the wall clock was set. Across a restart both
    wall clocks must be fit for it: one that was only reckoned (`restored`) lags, so that what was written by it looks
    older than it is, which does no harm; the present read from it would make everything look younger.
    """
    if written is None:
        return None
    if written.boot_id == now.boot_id:
        return timedelta(microseconds=(now.boottime_ns - written.boottime_ns) / 1000)
    if now.quality not in BELIEVED or written.quality is Quality.UNKNOWN or written.wall > now.wall:
        return None
    return now.wall - written.wall


def may_come_right(now: Stamp) -> bool:
    """Whether waiting may help: the machine was just switched on, and nobody has set its clock yet."""
    return now.quality not in BELIEVED and now.boottime_ns < SETTLES.total_seconds() * 1e9
