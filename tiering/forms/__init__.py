"""Forms of tiering."""
