"""jobs — what runs in the background, how far it is, and what became of it."""
