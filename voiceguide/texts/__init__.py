"""What commands say or show besides the guides: one module a file of prompts/<language>/."""
