"""What is said and heard, on the terminal, for whoever sits at it; the level meter is redrawn in place."""

from __future__ import annotations

import click
import numpy as np

from voiceguide.events import Block, Prompt
from voiceguide.loudness import dbfs

METER_DBFS = (-60.0, -6.0)
METER_CELLS = 24
METER_BLOCKS = 5


class Screen:
    """A display of `talk` and of a recording."""

    def __init__(self, *, meter: bool) -> None:
        self._meter = meter
        self._drawn = False
        self._blocks: list[Block] = []

    def said(self, prompt: Prompt) -> None:
        self._line(f"指南：{prompt.text}")

    def noticed(self, text: str) -> None:
        self._line(f"注意：{text}")

    def item(self, number: int, total: int, text: str) -> None:
        self._line(f"—— 第 {number} 句，共 {total} 句：{text}")

    def kept(self, file: str, seconds: float) -> None:
        self._line(f"　　存好了：{file}（{seconds:.1f} 秒）")

    def heard(self, block: Block) -> None:
        self._blocks.append(block)
        if self._meter and len(self._blocks) >= METER_BLOCKS:
            click.echo(f"\r　音量 {meter(dbfs(np.concatenate(self._blocks)))}", nl=False, err=True)
            self._drawn = True
            self._blocks.clear()

    def _line(self, text: str) -> None:
        if self._drawn:
            click.echo("\r" + " " * (METER_CELLS + 12) + "\r", nl=False, err=True)
            self._drawn = False
        click.echo(text, err=True)


def meter(level_dbfs: float) -> str:
    """▮▮▮▮▮▮▯▯▯: from silence to the edge of clipping."""
    low, high = METER_DBFS
    share = (level_dbfs - low) / (high - low)
    cells = round(METER_CELLS * min(1.0, max(0.0, share)))
    return "▮" * cells + "▯" * (METER_CELLS - cells)
