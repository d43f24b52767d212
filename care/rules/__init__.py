"""Rules of care: plain functions of plain values."""
