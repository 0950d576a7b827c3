"""Makes the embedded recogniser in `models/` from recordings and a synthetic voice. Not installed for users."""
