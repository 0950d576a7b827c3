"""Written conversations, and playing them: against the dialogue alone, or aloud."""
