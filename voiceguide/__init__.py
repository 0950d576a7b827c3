"""An offline Mandarin voice guide: it reads each step aloud and understands spoken replies."""

__version__ = "0.1.0"
