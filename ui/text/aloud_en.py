"""English numbers as they are spoken."""

import re

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth",
    "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def spell(text: str) -> str:
    """Return the text with every number in words."""
    text = re.sub(r"•+ ?(\d+)", lambda match: "ending in " + _digits(match[1]), text).replace("•", "")
    text = re.sub(r"\+?\d(?:[\d ()-]{6,})\d", lambda match: _digits(match[0]), text)
    text = re.sub(rf"(\d+) ({_MONTHS})(?: (\d{{4}}))?", _day, text)
    text = re.sub(r"(\d\d?):(\d\d)", _time, text)
    text = re.sub(r"(\d+)\+", lambda match: f"{cardinal(int(match[1]))} plus", text)
    text = re.sub(r"(\d+)(?:\.(\d+))? ₽", _money, text)
    return re.sub(r"\d+", lambda match: cardinal(int(match[0])), text)


def cardinal(n: int) -> str:
    """Return 0 to 999 999 in words.

    >>> cardinal(342)
    'three hundred and forty-two'
    """
    if n < 20:
        return _ONES[n]
    if n < 100:
        return _TENS[n // 10] + (f"-{_ONES[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{_ONES[n // 100]} hundred" + (f" and {cardinal(n % 100)}" if n % 100 else "")
    return f"{cardinal(n // 1000)} thousand" + (f" {cardinal(n % 1000)}" if n % 1000 else "")


def ordinal(n: int) -> str:
    """Return "twelfth", "twenty-first", "thirtieth"."""
    head, dash, last = cardinal(n).rpartition("-")
    word = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return head + dash + word


def _digits(text: str) -> str:
    return " ".join(_ONES[int(digit)] for digit in text if digit.isdigit())


def _day(match: re.Match[str]) -> str:
    year = f" {cardinal(int(match[3]))}" if match[3] else ""
    return f"the {ordinal(int(match[1]))} of {match[2]}{year}"


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    return f"{cardinal(hour)} {cardinal(minute)}" if minute else f"{cardinal(hour)} o'clock"


def _money(match: re.Match[str]) -> str:
    rest = f" {cardinal(int(match[2]))} kopecks" if match[2] else ""
    return f"{cardinal(int(match[1]))} {'rouble' if match[1] == '1' else 'roubles'}{rest}"
