"""How points, rungs and bands follow from facts: plain functions of plain values."""
