"""Importing foreign files by mapping: prepare, check, run, take back, save the mapping."""
