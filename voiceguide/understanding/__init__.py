"""Transcript -> what she means, and what a recogniser should listen for. `intents` is the way in."""
