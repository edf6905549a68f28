"""A card's number as bars: Code 128, as every scanner reads it. Plain SVG without a style of its own."""

from barcode.codex import Code128

QUIET = 10
"""Modules of white at either side, as the standard wants."""
HEIGHT = 60


def svg(number: str) -> str:
    """Return the drawing; `number` holds visible ASCII alone. Its width is that of its modules."""
    bars = Code128(number).build()[0]
    width = len(bars) + 2 * QUIET
    drawn = "".join(f'<rect x="{QUIET + at}" y="0" width="{long}" height="{HEIGHT}"/>' for at, long in _runs(bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" '
        f'shape-rendering="crispEdges"><rect width="{width}" height="{HEIGHT}" fill="#fff"/>{drawn}</svg>'
    )


def _runs(bars: str) -> list[tuple[int, int]]:
    """Where black begins, and how many modules it lasts."""
    found: list[tuple[int, int]] = []
    for place, module in enumerate(bars):
        if module == "1":
            if found and sum(found[-1]) == place:
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((place, 1))
    return found
