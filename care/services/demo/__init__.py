"""The demo bank: made-up data to look at the product with."""

from care.services.demo.bank import NotEmpty, make_demo_bank
from care.services.demo.signins import sign_ins

__all__ = ["NotEmpty", "make_demo_bank", "sign_ins"]
