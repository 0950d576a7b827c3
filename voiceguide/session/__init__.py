"""The loops that join room, ears, understanding, dialogue and mouth: `session` for a guide, `talk` for commands."""
