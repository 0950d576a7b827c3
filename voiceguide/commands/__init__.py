"""One module a command of `voiceguide`; each has `command`, and imports what is heavy only when it runs."""

from voiceguide.console import translate_click

translate_click()
