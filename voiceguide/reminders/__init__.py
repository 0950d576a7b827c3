"""The day of her next certification, taken out of the conversation: a calendar file, a timer."""
