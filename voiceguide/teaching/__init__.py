"""Learning a word of her own, which no model knows, from a few repetitions."""
