"""One measured row: ours against a reference or a limit."""

from dataclasses import dataclass
from enum import Enum


class Aim(Enum):
    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is ours / reference; `holds` compares it (or, without a reference, ours) with the aim."""

    name: str
    ours: float
    unit: str
    reference: float | None
    of: str
    """What the reference is."""
    aim: float
    sense: Aim

    @property
    def ratio(self) -> float | None:
        return self.ours / self.reference if self.reference else None

    @property
    def holds(self) -> bool:
        value = self.ours if self.ratio is None else self.ratio
        return value >= self.aim if self.sense is Aim.AT_LEAST else value <= self.aim

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "ours": self.ours,
            "unit": self.unit,
            "reference": self.reference,
            "of": self.of,
            "ratio": self.ratio,
            "aim": f"{self.sense.value} {self.aim:g}",
            "holds": self.holds,
        }


def table(rows: list[Row]) -> str:
    """Return the rows as an aligned text table."""
    head = ("name", "ours", "reference", "ratio", "aim", "holds")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    reference = "-" if row.reference is None else f"{_figure(row.reference)} {row.unit} ({row.of})"
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
    aim = f"{row.sense.value} {row.aim:g}"
    return row.name, f"{_figure(row.ours)} {row.unit}", reference, ratio, aim, "yes" if row.holds else "NO"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
