"""One prompt by itself: can it be spoken rightly and in one breath, and does what it asks her to say mean something?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voiceguide.content import Finding
from voiceguide.events import Heard, Prompt
from voiceguide.language.phonetics import Readings
from voiceguide.language.sandhi import Syllable
from voiceguide.understanding.intents import Understanding

PROMPT_SYLLABLES = 38
"""About 14 s at the usual pace: more is not kept in mind."""
CLAUSE_SYLLABLES = 18
"""One breath between two pauses."""


def check_sound(prompt: Prompt, file: str, key: str, readings: Readings) -> Iterator[Finding]:
    """Can it be spoken rightly, and in one breath?"""
    if silent := readings.unspeakable(prompt.text):
        remedy = "请改用汉字，或者在 readings.toml 的 [spoken] 里写上读法。"
        yield Finding(file, key, "unspeakable", f"“{'、'.join(silent)}”没有读法。", remedy)
    if undecided := readings.undecided(prompt.text):
        remedy = "请在 readings.toml 的 [readings] 里写上读音。"
        yield Finding(file, key, "undecided-polyphone", f"多音字没定读音：{'、'.join(undecided)}。", remedy)
    clauses = _clauses(readings, prompt.text)
    if (total := sum(clauses)) > PROMPT_SYLLABLES:
        remedy = f"请缩短到{PROMPT_SYLLABLES}个字以内，或者分成两步。"
        yield Finding(file, key, "long-prompt", f"这段话有{total}个字，她记不住。", remedy)
    if clauses and max(clauses) > CLAUSE_SYLLABLES:
        remedy = "请加逗号，或者拆成短句。"
        yield Finding(file, key, "long-sentence", f"有一句{max(clauses)}个字没有停顿，一口气说不完。", remedy)


def _clauses(readings: Readings, text: str) -> list[int]:
    """Syllables between two pauses."""
    clauses = [0]
    for each in readings.read(text):
        if isinstance(each, Syllable):
            clauses[-1] += 1
        else:
            clauses.append(0)
    return clauses


def check_offers(
    prompt: Prompt, file: str, key: str, understanding: Understanding, expecting: Sequence[str]
) -> Iterator[Finding]:
    """Does what she is asked to say mean something there?"""
    for words in understanding.asking.offered(prompt.text):
        if not isinstance(understanding.understand(words, expecting), Heard):
            remedy = "请换一种说法，或者把它写进 heard。"
            yield Finding(file, key, "unknown-words", f"请她说“{words}”，可是这时听不懂这句话。", remedy)
