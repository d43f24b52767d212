"""Verbs of tiering: re-tier everybody, explain one customer, write, preview and publish a sheet."""
