"""What lists can be narrowed and shown by."""

from customers.services.conditions.registry import Registry, narrowed

__all__ = ["Registry", "narrowed"]
