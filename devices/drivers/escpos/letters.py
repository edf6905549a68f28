"""Characters a printer has no sign for: what is printed in their place. Never a question mark.

A receipt printer knows one code page of 256 signs. What stands outside it is written with what stands inside: a
quotation mark for a guillemet, "руб." for the rouble sign, the bare letter for one with a mark, the nearest letter of
the same script. What has no neighbour at all becomes one middle dot, so that the reader sees that something is there.
"""

import unicodedata
from collections.abc import Callable

_NEAR = {
    "«": '"', "»": '"', "„": '"', "“": '"', "”": '"', "‟": '"', "″": '"', "‹": "'", "›": "'",
    "‘": "'", "’": "'", "‚": "'", "ʼ": "'", "′": "'", "´": "'", "`": "'",
    "–": "-", "—": "-", "―": "-", "‑": "-", "‐": "-", "−": "-", "\u00ad": "",
    "…": "...", "•": "∙", "∙": "·", "·": "*", "№": "N", "×": "x", "©": "(c)", "®": "(r)", "™": "(tm)", "°": "o",
    "₽": "руб.", "€": "EUR", "£": "GBP", "₴": "грн", "₸": "тг", "½": "1/2", "¼": "1/4", "¾": "3/4", "±": "+-",
    "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
    "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N", "ə": "e", "Ə": "E",
    # Cyrillic letters of the languages of Russia and its neighbours
    "і": "i", "І": "I", "ѣ": "е", "Ѣ": "Е", "ѳ": "ф", "Ѳ": "Ф", "ѵ": "и", "Ѵ": "И", "ґ": "г", "Ґ": "Г",
    "ә": "э", "Ә": "Э", "ғ": "г", "Ғ": "Г", "җ": "ж", "Җ": "Ж", "ҙ": "з", "Ҙ": "З", "қ": "к", "Қ": "К", "ҡ": "к",
    "Ҡ": "К", "ң": "н", "Ң": "Н", "ҥ": "н", "Ҥ": "Н", "ө": "о", "Ө": "О", "ҫ": "с", "Ҫ": "С", "ү": "у", "Ү": "У",
    "ұ": "у", "Ұ": "У", "ҳ": "х", "Ҳ": "Х", "һ": "х", "Һ": "Х", "ҷ": "ч", "Ҷ": "Ч", "ҕ": "г", "Ҕ": "Г", "ӏ": "I",
    "Ӏ": "I", "ђ": "дь", "Ђ": "Дь", "ћ": "чь", "Ћ": "Чь", "љ": "ль", "Љ": "Ль", "њ": "нь", "Њ": "Нь", "ј": "j",
    "Ј": "J", "џ": "дж", "Џ": "Дж", "ѕ": "s", "Ѕ": "S", "є": "е", "Є": "Е", "ї": "i", "Ї": "I", "ў": "у", "Ў": "У",
    # Greek
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya",
}  # fmt: skip
"""For a printer without Cyrillic at all."""
_LAST = "·*"


def fit(text: str, can_print: Callable[[str], bool]) -> str:
    """Return `text` in characters the printer has; `can_print` is asked one character at a time.

    >>> fit("«Ёлка» — 50 ₽", lambda character: character.encode("cp866", "ignore") != b"")
    '"Ёлка" - 50 руб.'
    """
    return "".join(_fit(character, can_print) for character in unicodedata.normalize("NFC", text))


def _fit(character: str, can_print: Callable[[str], bool]) -> str:
    if " " <= character <= "~" or (not _is_control(character) and can_print(character)):
        return character
    if character.isspace():
        return " "
    if _is_control(character):
        return ""
    for neighbours in _neighbours(character):
        fitted = [_near(neighbour, can_print) for neighbour in neighbours]
        if all(part is not None for part in fitted):
            return "".join(part or "" for part in fitted)
    return next(mark for mark in _LAST if mark == "*" or can_print(mark))


def _neighbours(character: str) -> list[str]:
    """Return what could stand for a character, best first."""
    small = character.lower()
    found = [table[character] for table in (_NEAR, _LATIN) if character in table]
    found += [table[small].capitalize() for table in (_NEAR, _LATIN) if small in table and small != character]
    bare = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    return found if bare == character else [*found, bare]


def _near(character: str, can_print: Callable[[str], bool], depth: int = 3) -> str | None:
    """Return a neighbour's own printable form, following the table at most `depth` steps (• to ∙ to · to *)."""
    if " " <= character <= "~" or can_print(character):
        return character
    if depth == 0:
        return None
    for neighbours in _neighbours(character):
        parts = [_near(neighbour, can_print, depth - 1) for neighbour in neighbours]
        if all(part is not None for part in parts):
            return "".join(part or "" for part in parts)
    return None


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
