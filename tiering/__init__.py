"""tiering — how a tier is decided, and when and why it changed."""
