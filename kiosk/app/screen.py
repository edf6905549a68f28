"""The touch screen of this machine as its file describes it, and what it says while the station is being loaded."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from config import Policy
from config import Station as Configured
from kiosk.app.system import SystemClock
from kiosk.domain.plan import hours_at
from kiosk.ports.clock import Clock
from kiosk.views import Broken, Frame, OutOfService
from ui.touch.app import Settings, TouchUi
from ui.touch.kivy_setup import Screen


def screen_of(configured: Configured, state: Path, clock: Clock | None = None, *, offscreen: bool = False) -> TouchUi:
    """`clock` None: what it shows is the wall clock of the machine, whatever it says."""
    shown = clock or SystemClock()
    settings = touch_settings(configured, state, offscreen=offscreen)
    return TouchUi(settings, lambda: shown.now().astimezone(configured.zone))


def touch_settings(configured: Configured, state: Path, *, offscreen: bool = False) -> Settings:
    wanted = configured.screen
    screen = Screen(fullscreen=wanted.fullscreen, offscreen=offscreen, sleeping=wanted.sleeping)
    if wanted.width and wanted.height:
        screen = replace(screen, width=wanted.width, height=wanted.height)
    heard = wanted.sounds and not offscreen and _can_play()
    volume = 0.5 if heard else 0.0
    return Settings(
        state / "screen", screen, px_per_mm=wanted.px_per_mm, diagonal=wanted.diagonal, motion=wanted.motion,
        volume=volume, filmed=wanted.filmed,
    )  # fmt: skip


def starting(configured: Configured, policy: Policy) -> OutOfService:
    """Return the first view there is: one moment, please."""
    hours = hours_at(policy.plan, datetime.now(configured.zone))
    return OutOfService(Frame(library=policy.rules.library, hours=hours, look=configured.look), Broken.STARTING)


def _can_play(devices: Path = Path("/dev/snd")) -> bool:
    """Is there a playback device? Without one every tone would have the sound library complain in the log."""
    return any(devices.glob("pcmC*D*p"))
