"""Faults by lot for a `sync.sip2.faultline`: the same seed is the same bad day."""

from collections.abc import Iterator, Mapping
from random import Random
from types import MappingProxyType

from sync.sip2.faultline import Act, Heard, Meddler

FATES: Mapping[str, int] = MappingProxyType(
    {
        "honest": 60,
        "lost before": 6,  # the request never reaches the library, and the line is cut
        "lost after": 6,  # carried out, and the line is cut
        "reset after": 4,
        "silent before": 2,
        "silent after": 4,
        "cut": 6,  # carried out, and the line is cut within the answer
        "in pieces": 5,
        "twice": 4,
        "stranger first": 4,
        "damaged": 4,
        "not understood": 3,
    }
)
"""What may happen to a request, and how often."""


def weather(lot: Random, fates: Mapping[str, int] = FATES) -> Meddler:
    """Return a meddler that draws the fate of each request."""

    def meddle(heard: Heard) -> Iterator[bytes | Act]:
        (fate,) = lot.choices(list(fates), list(fates.values()))
        match fate:
            case "lost before":
                return iter([Act.CLOSE])
            case "silent before":
                return iter([Act.SILENCE])
            case "not understood":
                return iter([b"96AZFEF6\r"])
            case _:
                return iter(_answered(fate, heard.answer(), lot))

    return meddle


def _answered(fate: str, answer: bytes, lot: Random) -> list[bytes | Act]:
    """What is put on the wire once the library has carried it out."""
    place = lot.randrange(2, max(3, len(answer) - 1))  # past the code: another code is a stranger, not damage
    match fate:
        case "lost after":
            return [Act.CLOSE]
        case "reset after":
            return [Act.RESET]
        case "silent after":
            return [Act.SILENCE]
        case "cut":
            return [answer[:place], Act.CLOSE]
        case "in pieces":
            return [answer[:place], answer[place:]]
        case "twice":
            return [answer + answer]
        case "stranger first":
            return [b"\x00garbage\r" + answer]
        case "damaged":
            return [answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]]
        case _:
            return [answer or Act.SILENCE]
