"""Mandarin itself, with no guide in it: how hanzi sound, how alike two readings are, what a word speaks of."""
