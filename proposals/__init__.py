"""proposals — what was offered, in four dimensions, and what became of it."""
