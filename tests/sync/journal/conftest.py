"""A journal in a folder of its own, time that stands still, and short words for entries."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sync.journal.journal import StationJournal
from sync.journal.stamps import Quality
from tests.sync.still import StillClock, memory_folder


@dataclass
class FakeBoot:
    boot_id: str = "boot-1"
    ns: int = 0

    def nanoseconds(self) -> int:
        self.ns += 1
        return self.ns

    def quality(self) -> Quality:
        return Quality.NTP


@dataclass
class Bench:
    """Opens journals on one folder and closes whatever is left open."""

    folder: Path
    clock: StillClock = field(default_factory=StillClock)
    boot: FakeBoot = field(default_factory=FakeBoot)
    opened: list[StationJournal] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "journal.db"

    def journal(self, ballast: int = 0, step: Callable[[str], None] = lambda _: None) -> StationJournal:
        made = StationJournal(self.path, self.clock, boot=self.boot, ballast=ballast, step=step)
        self.opened.append(made)
        return made

    def started(self, ballast: int = 0, step: Callable[[str], None] = lambda _: None) -> StationJournal:
        made = self.journal(ballast, step)
        made.start()
        return made

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        for journal in self.opened:
            journal.close()

    def hits(self, text: str) -> list[str]:
        """Names of the files of this folder whose bytes hold `text`."""
        return [each.name for each in self.folder.rglob("*") if each.is_file() and text.encode() in each.read_bytes()]


@pytest.fixture
def bench(new_bench: Callable[[], AbstractContextManager[Bench]]) -> Iterator[Bench]:
    with new_bench() as made:
        yield made


@pytest.fixture(scope="module")
def new_bench() -> Callable[[], AbstractContextManager[Bench]]:
    """A fresh folder for every case of a property test; hundreds of them need not wait for a disk."""

    @contextlib.contextmanager
    def make() -> Iterator[Bench]:
        with memory_folder() as folder, Bench(Path(folder)) as made:
            yield made

    return make
