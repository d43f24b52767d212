"""Forms of the customer file."""
