"""Pages of tiering."""
