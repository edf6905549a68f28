"""Russian numbers as they are spoken: days in the genitive, times and numbers in the case their word asks for."""

import re

_ONES = ["ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]
_TEENS = [
    "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать",
    "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать",
]  # fmt: skip
_TENS = ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
_HUNDREDS = [
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
]  # fmt: skip
_GENITIVE = {
    "ноль": "ноля", "один": "одного", "одна": "одной", "два": "двух", "две": "двух", "три": "трёх",
    "четыре": "четырёх", "пять": "пяти", "шесть": "шести", "семь": "семи", "восемь": "восьми", "девять": "девяти",
    "десять": "десяти", "двадцать": "двадцати", "тридцать": "тридцати", "сорок": "сорока",
    "пятьдесят": "пятидесяти", "шестьдесят": "шестидесяти", "семьдесят": "семидесяти",
    "восемьдесят": "восьмидесяти", "девяносто": "девяноста", "сто": "ста", "двести": "двухсот", "триста": "трёхсот",
    "четыреста": "четырёхсот", "пятьсот": "пятисот", "шестьсот": "шестисот", "семьсот": "семисот",
    "восемьсот": "восьмисот", "девятьсот": "девятисот",
}  # fmt: skip
_DAYS = [
    "", "первого", "второго", "третьего", "четвёртого", "пятого", "шестого", "седьмого", "восьмого", "девятого",
    "десятого", "одиннадцатого", "двенадцатого", "тринадцатого", "четырнадцатого", "пятнадцатого", "шестнадцатого",
    "семнадцатого", "восемнадцатого", "девятнадцатого", "двадцатого",
]  # fmt: skip
_MONTHS = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_MASCULINE = ("день", "дня", "дней", "раз", "раза", "человек", "человека", "рубль", "рубля", "рублей", "час", "лет")
_ACCUSATIVE = ("секунду", "минуту", "проверяем")
_LABELS = ("место", "корзина", "корзину", "кнопка", "шаг", "станция", "цифра")
_BEFORE_GENITIVE = ("до", "с", "из", "от", "после", "около", "без")


def spell(text: str) -> str:
    """Return the text with every number in words."""
    text = re.sub(r" ?•+ ?(\d+)", lambda match: ", последние цифры: " + _digits(match[1]), text).replace("•", "")
    text = re.sub(r"\+?\d(?:[\d ()-]{6,})\d", lambda match: _digits(match[0]), text)
    text = re.sub(rf"(\d+) ({_MONTHS})(?: (\d{{4}}))?", _day, text)
    text = re.sub(r"(?:(\w+) )?(\d\d?):(\d\d)", _time, text)
    text = re.sub(r"(\d+)\+", lambda match: f"{cardinal(int(match[1]))} плюс", text)
    text = re.sub(r"(\d+)(?:,(\d+))? ₽", _money, text)
    return re.sub(r"(?:([^\W\d]+) )?(\d+)(?=(?: ([^\W\d]+))?)", _count, text)


def cardinal(n: int, *, feminine: bool = False, genitive: bool = False) -> str:
    """Return 0 to 999 999 in words.

    >>> cardinal(22, feminine=True), cardinal(22, genitive=True)
    ('двадцать две', 'двадцати двух')
    """
    if n >= 1000:
        head = cardinal(n // 1000, feminine=True, genitive=genitive)
        tail = f" {cardinal(n % 1000, feminine=feminine, genitive=genitive)}" if n % 1000 else ""
        return f"{head} {_thousands(n // 1000, genitive=genitive)}{tail}"
    words = _small(n)
    if feminine:
        words = [{"один": "одна", "два": "две"}.get(word, word) for word in words]
    if genitive:
        words = [_GENITIVE.get(word) or word[:-1] + "и" for word in words]
    return " ".join(words)


def _small(n: int) -> list[str]:
    words = [_HUNDREDS[n // 100]] if n >= 100 else []
    rest = n % 100
    if rest >= 20:
        words += [_TENS[rest // 10]] + ([_ONES[rest % 10]] if rest % 10 else [])
    elif rest >= 10:
        words.append(_TEENS[rest - 10])
    elif rest or n == 0:
        words.append(_ONES[rest])
    return words


def _thousands(n: int, *, genitive: bool) -> str:
    if genitive or n % 100 in range(11, 15) or n % 10 in (0, 5, 6, 7, 8, 9):
        return "тысяч"
    return "тысяча" if n % 10 == 1 else "тысячи"


def _digits(text: str) -> str:
    return " ".join(_ONES[int(digit)] for digit in text if digit.isdigit())


def _day(match: re.Match[str]) -> str:
    day, year = int(match[1]), match[3]
    words = _DAYS[day] if day <= 20 else "тридцатого" if day == 30 else f"{_TENS[day // 10]} {_DAYS[day % 10]}"
    return f"{words} {match[2]}" + (f" {cardinal(int(year))} года" if year else "")


def _time(match: re.Match[str]) -> str:
    before, hour, minute = match[1] or "", int(match[2]), int(match[3])
    genitive = before.lower() in _BEFORE_GENITIVE
    words = f"{cardinal(hour, genitive=genitive)} {_hours(hour, genitive=genitive)}"
    if minute:
        words += f" {cardinal(minute, feminine=True, genitive=genitive)} минут"
    return f"{before} {words}" if before else words


def _hours(n: int, *, genitive: bool) -> str:
    if genitive:
        return "часа" if n % 10 == 1 and n != 11 else "часов"
    if n % 10 == 1 and n != 11:
        return "час"
    return "часа" if n % 10 in (2, 3, 4) and n not in (12, 13, 14) else "часов"


def _money(match: re.Match[str]) -> str:
    whole = int(match[1])
    ending = "рубль" if whole % 10 == 1 and whole % 100 != 11 else "рубля"
    few = whole % 10 in (1, 2, 3, 4) and whole % 100 not in (11, 12, 13, 14)
    rest = f" {cardinal(int(match[2]), feminine=True)} копеек" if match[2] else ""
    return f"{cardinal(whole)} {ending if few else 'рублей'}{rest}"


def _count(match: re.Match[str]) -> str:
    before, n, after = match[1] or "", int(match[2]), match[3] or ""
    label = before.lower() in _LABELS
    genitive = before.lower() in _BEFORE_GENITIVE
    words = cardinal(n, feminine=not label and after not in _MASCULINE, genitive=genitive)
    if after in _ACCUSATIVE:
        words = re.sub(r"одна$", "одну", words)
    return f"{before} {words}" if before else words
