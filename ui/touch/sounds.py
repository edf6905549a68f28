"""Short tones, by what they mean. A tone never stands alone, so a station without a sound device works as well."""

from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.logger import Logger

FOLDER = Path(__file__).with_name("assets") / "sounds"
BURST = 0.4  # seconds in which several answers make one sound


class Speaker:
    """`volume` 0 to 1; 0 never opens a sound device."""

    def __init__(self, volume: float) -> None:
        self._volume = max(0.0, min(1.0, volume))
        self._sounds: dict[str, Any] = {}
        self._last: dict[str, float] = {}

    def play(self, name: str) -> None:
        """Play `<name>.wav`, unless the same was played a moment ago. Kivy's thread only."""
        at = Clock.get_time()
        if not self._volume or (name != "key" and at - self._last.get(name, -BURST) < BURST):
            return
        self._last[name] = at
        sound = self._loaded(name)
        if sound is not None:
            sound.volume = self._volume
            sound.stop()
            sound.play()

    def _loaded(self, name: str) -> Any:
        if name not in self._sounds:
            from kivy.core.audio import SoundLoader

            path = FOLDER / f"{name}.wav"
            self._sounds[name] = SoundLoader.load(str(path)) if path.is_file() else None
            if self._sounds[name] is None:
                Logger.warning("Sound: %s cannot be played", name)
        return self._sounds[name]
