"""Number and date formats of the interface."""
