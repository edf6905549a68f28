"""What can be wrong with a screen as it stands there, found by looking at its widgets and returned in words."""

import re
from collections.abc import Iterator
from typing import Any

Box = tuple[float, float, float, float]
NEAR = 2  # px that rounding may cost
NEAR_COLOUR = 40
"""Of 255: so far from its colour a pixel of a letter may be."""
INKED = 0.008
"""Share of a line that its letters fill at least; they fill ten times as much, but their edges are soft."""


def small_targets(driver: Any) -> list[str]:
    from ui.touch.stage import now
    from ui.touch.widgets.press import Press

    least = now().page.finger * now().page.k - 1
    return [
        f"{widget.spoken}: {widget.size}"
        for widget in driver.widgets(Press)
        if touchable(widget) and min(widget.size) < least
    ]


def touchable(widget: Any) -> bool:
    from ui.touch.widgets.book_row import BookRow

    return bool(widget.event is not None or not isinstance(widget, BookRow)) and not widget.disabled


def faults(driver: Any) -> list[str]:
    """Return what is wrong with the texts on the screen, in words."""
    from kivy.core.window import Window
    from kivy.uix.label import Label

    from ui.touch.widgets.type import Fitted

    found: list[str] = []
    boxes: list[tuple[Any, Box]] = []
    page = driver.player.shell
    covered = page._overlay
    for label in driver.widgets(Label):
        if not label.text.strip() or (covered is not None and not _inside(label, covered)):
            continue
        for box in _ink(label):
            boxes.append((label, box))
            if not (box[0] >= -1 and box[1] >= -1 and box[2] <= Window.width + 1 and box[3] <= Window.height + 1):
                found.append(f"leaves the screen: {label.text!r} {box}")
            found += [f"leaves its surface: {label.text!r} {box} {edge}" for edge in _left_surfaces(label, box)]
        if isinstance(label, Fitted) and not label.may_cut and label.is_cut:
            found.append(f"own words cut: {label.whole!r}")
        if (word := _broken_word(label)) is not None:
            found.append(f"broken inside a word: {word!r} in {label.text!r}")
    return found + _overlaps(boxes) + _under_buttons(driver, boxes) + _tight(driver)


def _inside(widget: Any, ancestor: Any) -> bool:
    while widget is not None and widget is not widget.parent:
        if widget is ancestor:
            return True
        widget = widget.parent
    return False


def _ink(label: Any) -> list[Box]:
    """Return where the letters of each line are drawn: left, bottom, right, top on the window."""
    x, y = label.to_window(label.x, label.y)
    width, height = label.texture_size
    left, top = x + (label.width - width) / 2, y + (label.height + height) / 2
    widths = [line.w for line in getattr(label._label, "_cached_lines", [])] or [width]
    share = height / len(widths)
    trim = 0.12 * label.font_size  # a line's box is higher than its letters
    boxes = []
    for at, drawn in enumerate(widths):
        shift = {"left": 0, "center": (width - drawn) / 2, "right": width - drawn}.get(label.halign, 0)
        start = left + (shift if label.text_size[0] is not None else 0)
        boxes.append((start, top - (at + 1) * share + trim, start + drawn, top - at * share - trim))
    return boxes


def _left_surfaces(label: Any, box: Box) -> list[str]:
    """Return the visible surfaces around a label that its words leave."""
    from ui.touch.widgets.surface import Surface

    left: list[str] = []
    parent = label.parent
    while parent is not None and parent is not parent.parent and hasattr(parent, "parent"):
        if isinstance(parent, Surface) and (parent.fill or parent.edge):
            x, y = parent.to_window(*parent.pos)
            if box[0] < x - 1 or box[1] < y - 1 or box[2] > x + parent.width + 1 or box[3] > y + parent.height + 1:
                left.append(type(parent).__name__)
        parent = parent.parent
    return left


def _broken_word(label: Any) -> str | None:
    """Return a word that is wider than its line: Kivy would break it anywhere."""
    from ui.touch.widgets.type import width_of

    if label.text_size[0] is None or label.font_name != "Golos":
        return None
    plain = re.sub(r"\[/?b\]", "", label.text)
    for word in re.split(r"[ \n]", plain):
        if width_of(word, label.font_size, bold=label.bold) > label.text_size[0] + 1:
            return str(word)
    return None


def _overlaps(boxes: list[tuple[Any, Box]]) -> list[str]:
    found = []
    for at, (one, a) in enumerate(boxes):
        for other, b in boxes[at + 1 :]:
            if one is not other and min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2:
                found.append(f"overlap: {one.text!r} and {other.text!r}")
    return found


def _under_buttons(driver: Any, boxes: list[tuple[Any, Box]]) -> list[str]:
    """Words that lie on a button which is not theirs."""
    from ui.touch.widgets.press import Press

    found = []
    for button in driver.widgets(Press):
        x, y = button.to_window(*button.pos)
        for label, box in boxes:
            across = min(box[2], x + button.width) - max(box[0], x)
            down = min(box[3], y + button.height) - max(box[1], y)
            over = driver.player.shell._overlay
            if across > 2 and down > 2 and not _inside(label, button) and (over is None or _inside(button, over)):
                found.append(f"on a foreign button: {label.text!r} on {button.spoken!r}")
    return found


def _tight(driver: Any) -> list[str]:
    """Buttons whose words come closer to the edge than 12 token px."""
    from ui.touch.widgets.press import PushButton

    return [
        f"too tight: {button.spoken!r}"
        for button in driver.widgets(PushButton)
        if button.children and button.children[-1].width + (24 if button.text else 4) > button.width
    ]


def all_pages(driver: Any) -> list[str]:
    """Return what is wrong on any page of the screen, with its number."""
    wrong: list[str] = []
    flow = driver.player.shell.page.flow
    pages = int(flow.pages) if flow is not None and driver.player.shell._overlay is None else 1
    for page in range(pages):
        if page:
            flow.turn(1)
            driver.idle()
        wrong += [f"page {page + 1}: {fault}" for fault in everything(driver)]
    return wrong


def everything(driver: Any) -> list[str]:
    """Return what is wrong with the page in hand."""
    return [*faults(driver), *small_targets(driver), *out_of_reach(driver), *crowded(driver), *pale(driver)]


def out_of_reach(driver: Any) -> list[str]:
    """Return what is touched above the line that is reached from below; a second way to the same may stand higher."""
    from kiosk.events import RenewPressed
    from ui.touch.stage import now
    from ui.touch.widgets.press import Press, PushButton

    page = now().page
    if not (page.low or page.upright):
        return []
    line = page.height - page.reach * page.k
    touched = [
        widget
        for widget in driver.widgets(Press)
        if touchable(widget)
        and _on_top(driver, widget)
        and (widget.event is not None or isinstance(widget, PushButton))
    ]
    below = {repr(widget.event) for widget in touched if widget.event is not None and _top(widget) <= line + NEAR}
    return [
        f"too high to be reached: {widget.spoken!r} {round(_top(widget) - line)}"
        for widget in touched
        if _top(widget) > line + NEAR
        and repr(widget.event) not in below
        and not (type(driver.player.view).__name__ == "Home" and isinstance(widget.event, RenewPressed))  # my books too
    ]


def crowded(driver: Any) -> list[str]:
    """Return things to touch that overlap or leave the screen."""
    from kivy.core.window import Window

    from ui.touch.widgets.press import Press

    touched = [widget for widget in driver.widgets(Press) if touchable(widget) and _on_top(driver, widget)]
    wrong = []
    for at, one in enumerate(touched):
        x, y = one.to_window(*one.pos)
        if x < -NEAR or y < -NEAR or x + one.width > Window.width + NEAR or y + one.height > Window.height + NEAR:
            wrong.append(f"touched outside the screen: {one.spoken!r}")
        for other in touched[at + 1 :]:
            if _inside(one, other) or _inside(other, one):
                continue
            a, b = other.to_window(*other.pos)
            across = min(x + one.width, a + other.width) - max(x, a)
            down = min(y + one.height, b + other.height) - max(y, b)
            if across > NEAR and down > NEAR:
                wrong.append(f"touched in one place: {one.spoken!r} and {other.spoken!r}")
    return wrong


def pale(driver: Any) -> list[str]:
    """Return texts that do not stand out from the surface they lie on (4.5 to 1; 3 to 1 for headings)."""
    from ui.touch.theme import contrast
    from ui.touch.widgets.type import Type

    wrong = []
    for text in driver.widgets(Type):
        if not text.text.strip() or not _on_top(driver, text):
            continue
        ground, ink = _ground(driver, text), _hex(text.color)
        least = 3 if text.font_size >= 36 * driver.player.shell.size[0] / 1920 and text.bold else 4.5
        if ground and contrast(ground, ink) < least and not _disabled(text):
            wrong.append(f"pale: {text.text!r} {ink} on {ground}")
    return wrong


def _disabled(widget: Any) -> bool:
    return any(getattr(each, "usable", True) is False for each in _up(widget))


def _hex(colour: Any) -> str:
    return "#" + "".join(f"{round(part * 255):02X}" for part in colour[:3])


def _ground(driver: Any, widget: Any) -> str:
    from ui.touch.widgets.surface import Surface

    x, y = widget.to_window(*widget.center)
    for parent in _up(widget):
        for below in parent.children:  # the last one added lies on top, and stands first
            if isinstance(below, Surface) and below.fill and below.opacity and not _inside(widget, below):
                left, bottom = below.to_window(*below.pos)
                if left <= x <= left + below.width and bottom <= y <= bottom + below.height:
                    return str(below.fill)
        if isinstance(parent, Surface) and parent.fill:
            return str(parent.fill)
    return _hex(driver.player.shell.ground)


def _up(widget: Any) -> Iterator[Any]:
    """Yield the widgets around one, from the inside out."""
    parent = widget.parent
    while parent is not None and parent is not parent.parent and hasattr(parent, "canvas"):
        yield parent
        parent = parent.parent


def _top(widget: Any) -> float:
    return float(widget.to_window(*widget.pos)[1] + widget.height)


def _on_top(driver: Any, widget: Any) -> bool:
    over = driver.player.shell._overlay
    return over is None or _inside(widget, over)


def unseen(driver: Any, picture: Any) -> list[str]:
    """Return the words and signs that ought to be in a picture of the screen, and are not: covered, or not drawn."""
    from ui.touch.widgets.type import Icon, Type

    wrong = []
    for text in driver.widgets():
        if not isinstance(text, Type | Icon) or not text.text.strip() or not _on_top(driver, text):
            continue
        for left, bottom, right, top in _ink(text):
            box = (round(left), picture.height - round(top), round(right), picture.height - round(bottom))
            area = max(1, (box[2] - box[0]) * (box[3] - box[1]))
            if _inked(picture.crop(box), _hex(text.color)) < area * INKED:
                wrong.append(f"not in the picture: {text.text!r}")
                break
    return wrong


def _inked(picture: Any, colour: str) -> int:
    """Return how many pixels have about this colour."""
    from PIL import Image, ImageChops

    away = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    red, green, blue = away.split()
    farthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(farthest.histogram()[:NEAR_COLOUR])


def bleeding(driver: Any, picture: Any) -> list[str]:
    """Return at which sides something reaches the very edge of the screen; sheets laid over it may."""
    if driver.player.shell._overlay is not None:
        return []
    ground = "#" + "".join(f"{round(part * 255):02X}" for part in driver.player.shell.ground[:3])
    sides = {"left": (0, 0, 2, picture.height), "right": (picture.width - 2, 0, picture.width, picture.height)}
    return [
        f"reaches the {side} edge" for side, box in sides.items()
        if _inked(picture.crop(box), ground) < 2 * picture.height
    ]  # fmt: skip
