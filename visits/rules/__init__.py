"""Rules of visits: plain functions of plain values."""
