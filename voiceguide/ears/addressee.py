"""Were these words hers, and said to what the guide says now?

Addressee detection, by what is known of the voice (interruption.py), of the guide's echo, of what was asked and of how
sure the recogniser is.
"""

from __future__ import annotations

from voiceguide.ears.barge_in import BargeIn
from voiceguide.ears.expected import Expected
from voiceguide.ears.interruption import Interruption
from voiceguide.ears.speech import SpeechDetector
from voiceguide.events import Transcript

SURE_OVER_PROMPT = 0.85
"""So sure words must be that begin in the first second of an answer, for 麻烦你了 behind what was answered already
passed for 要我说; or that are soft when nothing is known of her yet, for a television cut the very first prompt
short."""

LEAST_CLEAR = 0.25
"""Of what is said over a prompt, or just behind it, so much stands clear of what may be the guide's echo, or it is that
echo. Of the echo it was 0.00 to 0.14, four times 0.31 to 0.70 (echo_likeness); of the words of four simulated people
over echoes of 0 and -10 dB 0.40 to 0.96."""

LEAST_VOICE = 0.45
"""So much of what is taken for a string of digits must be a voice. A melody goes up and down like one: it has 0.10 to
0.44 here, what was said 0.51 to 0.99 (17 such strings in four minutes of made melodies; 20 believed strings of
digits of four dev voices, down to 6 dB SNR)."""


class Addressee:
    """Of one utterance after the other. `expected` is what the guide listens for now."""

    def __init__(self, barge_in: BargeIn, interruption: Interruption, detector: SpeechDetector) -> None:
        self._barge_in, self._interruption, self._detector = barge_in, interruption, detector
        self.expected = Expected()

    def may_stop_guide(self, text: str, confidence: float, seconds: float) -> bool:
        """Would these words, in an utterance of so many seconds, be an answer, were it over now?"""
        return bool(text) and self._is_sure(text, confidence) and not self._is_music(text, seconds)

    def is_guide(self, transcript: Transcript, seconds: float) -> bool:
        """Is this said to the guide, by her? To be asked once of each utterance, at its end."""
        said = transcript.text or transcript.guess
        unsure = not self._is_sure(said, transcript.confidence)
        is_echo = transcript.clearness < LEAST_CLEAR
        if is_echo or (self._barge_in.over_prompt and unsure) or self._is_music(said, seconds):
            return False
        return self.are_hers(transcript)

    def are_hers(self, transcript: Transcript) -> bool:
        """May these words be hers, by their loudness? To be asked once of each utterance."""
        noise_dbfs = self._detector.noise_dbfs
        return self._interruption.are_hers(transcript.text, transcript.confidence, noise_dbfs)

    @property
    def is_somebody_else(self) -> bool:
        """Is all of what is being said much softer than she is?"""
        return self._interruption.is_somebody_elses(self._detector.noise_dbfs)

    def _is_sure(self, text: str, confidence: float) -> bool:
        """停 and words of fraud always are: a warning too many harms nobody."""
        if confidence >= SURE_OVER_PROMPT or self.expected.holds_always(text):
            return True
        return not self._barge_in.in_first_words and not self._interruption.may_be_anybodys

    def _is_music(self, text: str, seconds: float) -> bool:
        return self.expected.holds_string(text) and self._detector.voice_share(seconds) < LEAST_VOICE
