"""Loading an extract of the core systems."""

from customers.services.extract.loading import UnderWay, fail_run, load_extract

__all__ = ["UnderWay", "fail_run", "load_extract"]
