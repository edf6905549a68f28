"""The station's sounds, computed: short sine notes with soft ends, 16 bit mono WAV at -18 dB."""

import math
import struct
import wave
from pathlib import Path

RATE = 44_100
LEVEL = 10 ** (-18 / 20)  # of full scale: heard beside the desk, not across the hall
EDGE = 0.008  # seconds of fade at both ends of a note, so that it does not click

# name: notes of (frequency in Hz, length in seconds)
SOUNDS: dict[str, tuple[tuple[int, float], ...]] = {
    "key": ((880, 0.04),),
    "card": ((660, 0.06),),
    "yours": ((660, 0.06), (990, 0.06)),
    "stays": ((330, 0.12),),
    "please": ((523, 0.11), (523, 0.11)),
    "goodbye": ((784, 0.08), (659, 0.08), (523, 0.09)),
    "attention": ((523, 0.08), (659, 0.08), (784, 0.09)),
    "open": ((523, 0.09), (784, 0.11)),
}


def samples(notes: tuple[tuple[int, float], ...]) -> list[int]:
    """Return the 16 bit samples of notes played one after the other."""
    wave_form: list[int] = []
    for frequency, length in notes:
        count = round(length * RATE)
        for at in range(count):
            fade = min(1.0, at / (EDGE * RATE), (count - 1 - at) / (EDGE * RATE))
            wave_form.append(round(32767 * LEVEL * fade * math.sin(2 * math.pi * frequency * at / RATE)))
    return wave_form


def write_sounds(folder: Path) -> None:
    """Write every sound as `<name>.wav`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, notes in SOUNDS.items():
        values = samples(notes)
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(struct.pack(f"<{len(values)}h", *values))
