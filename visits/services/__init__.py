"""Verbs of visits and objections."""
