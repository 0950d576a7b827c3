"""Where the recordings of people lie that the measurements are made with, and who of them trained what."""

from __future__ import annotations

from voiceguide import paths

DATA = paths.ROOT.parent / "shared" / "speech"
SPLITS = paths.ROOT / "training" / "splits.toml"
