"""Loading an extract of the core systems."""

from customers.services.extract.loading import UnderWay, alone, fail_run, load_extract, load_table

__all__ = ["UnderWay", "alone", "fail_run", "load_extract", "load_table"]
