"""What stands on the keys of the on-screen keyboard: plain values. Every row is twelve units wide.

A key is its face and how many units it takes; faces longer than a letter name what the key does.
"""

SHIFT, ERASE, SPACE, ENTER, LETTERS, SIGNS, OTHER, GAP = (
    "shift",
    "erase",
    "space",
    "enter",
    "abc",
    "123",
    "other",
    "gap",
)
UNITS = 12
Row = tuple[tuple[str, float], ...]


def _keys(faces: str, width: float = 1.0) -> Row:
    return tuple((face, width) for face in faces)


_BOTTOM: Row = ((SIGNS, 1.5), (OTHER, 1.5), ("-", 1), (SPACE, 4), (".", 1), (ENTER, 3))
CYRILLIC: tuple[Row, ...] = (
    _keys("йцукенгшщзхъ"),
    _keys("фывапролджэё"),
    ((SHIFT, 1), *_keys("ячсмитьбю"), (ERASE, 2)),
    _BOTTOM,
)
LATIN: tuple[Row, ...] = (
    _keys("qwertyuiop", 1.2),
    ((GAP, 0.6), *_keys("asdfghjkl", 1.2), (GAP, 0.6)),
    ((SHIFT, 1.2), *_keys("zxcvbnm", 1.2), (ERASE, 2.4)),
    _BOTTOM,
)
FIGURES: tuple[Row, ...] = (
    _keys("1234567890", 1.2),
    _keys("-/:;()№&@+", 1.2),
    (*_keys(".,?!'\"*#", 1.2), (ERASE, 2.4)),
    ((LETTERS, 1.5), (OTHER, 1.5), ("_", 1), (SPACE, 4), ("=", 1), (ENTER, 3)),
)
_DIGITS: Row = _keys("1234567890", 1.2)
BESIDE = {
    "а": "ә", "о": "ө", "у": "үұ", "ж": "җ", "н": "ң", "х": "һ", "г": "ғ", "з": "ҙ", "к": "қҡ", "с": "ҫ", "и": "і",
}  # fmt: skip
"""Letters that a key shows when it is held: Tatar, Bashkir, Kazakh."""
OWN_ROW = {"tt": "әөүҗңһ", "ba": "әөүғҙҡңҫһ", "kk": "әіңғүұқөһ"}
"""A fifth row, where the language is chosen."""


def rows(page: str, language: str, *, digits: bool = False) -> tuple[Row, ...]:
    """Return the rows of a page: "ru" Cyrillic, "en" Latin, "123" figures and signs. `digits`: above the letters too.

    >>> [sum(width for _, width in row) for row in rows("ru", "tt")]
    [12.0, 12.0, 12.0, 12.0, 12.0]
    """
    if page == SIGNS:
        return FIGURES
    own = OWN_ROW.get(language, "") if page == "ru" else ""
    letters = CYRILLIC if page == "ru" else LATIN
    above = ((_DIGITS,) if digits else ()) + ((_keys(own, UNITS / len(own)),) if own else ())
    return (*above, *letters)
