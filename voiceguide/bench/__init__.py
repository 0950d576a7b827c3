"""Measurements of the whole program. `voiceguide bench recognition` measures it on recordings of people:

    collection   which recordings there are, and whose voices the model has never heard
    joining      whole commands made of single recorded syllables and words of one voice
    surroundings rooms, noises, other people's talk, at an exact distance in dB
    plan         what is said in which condition: commands, other speech, noise alone
    hearing      the program's ears, in worker processes
    recognition  plan -> hearing -> figures
    figures      arithmetic: shares, false accepts per hour, targets
    report       the table, the JSON; picture: the curves

`voiceguide bench conversation` and `bench soak` let simulated elders talk to the whole program:

    elders       who they are; conditions: the rooms they sit in; people.toml: what they say besides phrases.toml
    whereabouts  where the guide has led her, and where it lawfully may: the judge, independent of dialogue.py
    mind         what she wants, and what she does next (acts); phrasing: in which words; voices: how it sounds
    guest        mind and voice as a Person of the simulated room, who keeps a record
    scoring      what went well and what went wrong in a record; transcript: the same for reading
    repeatable   everybody sounds the same every time, whatever was said before (repeatable_engine)
    conversation the real session around her, in worker processes; soak: for hours, with faults
    conversation_report, _table, _picture

Needs the dependency group `bench` (scipy; matplotlib for the picture).
"""

from __future__ import annotations

from voiceguide.errors import ToldError

COMMANDS, SPEECH, NOISE = "commands", "speech", "noise"
KINDS = (COMMANDS, SPEECH, NOISE)
"""What `bench recognition` listens to, in this order."""


class BenchError(ToldError):
    """A measurement cannot begin. `code`: no-data, no-library, no-commands, no-model."""
