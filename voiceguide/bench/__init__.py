"""Measurements of the whole program on recordings of people. `voiceguide bench recognition` is the first.

    collection   which recordings there are, and whose voices the model has never heard
    joining      whole commands made of single recorded syllables and words of one voice
    surroundings rooms, noises, other people's talk, at an exact distance in dB
    plan         what is said in which condition: commands, other speech, noise alone
    hearing      the program's ears, in worker processes
    recognition  plan -> hearing -> figures
    figures      arithmetic: shares, false accepts per hour, targets
    report       the table, the JSON; picture: the curves

Needs the dependency group `bench` (scipy; matplotlib for the picture).
"""

from __future__ import annotations

from voiceguide.errors import ToldError


class BenchError(ToldError):
    """A measurement cannot begin. `code`: no-data, no-library, no-commands, no-model."""
