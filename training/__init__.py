"""Makes the embedded recogniser in `models/` from recordings and a synthetic voice. Not installed for users."""

import os

# Before numpy is imported anywhere: many processes draw at once, and where each multiplied its small matrices in as
# many threads as there are cores, they took at least two and a half times as long (16 cores).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
