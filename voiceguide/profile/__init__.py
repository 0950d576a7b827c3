"""What is remembered of her from one day to the next, and the one file in which it lies."""
