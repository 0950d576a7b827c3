"""Recordings of people: those of volunteers for training and bench, and a family's voice that reads the prompts."""
