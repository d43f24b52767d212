"""The proposal as a PDF with embedded Chinese font (typst, PDF/A-2b: a letter without glyph is an error, not a box)."""

import importlib.util
import json
import re
from pathlib import Path

import typst
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from customers.choices import ASSET_CATEGORIES, Dimension
from staff.templatetags.crm import format_money

SOURCE = Path(settings.BASE_DIR) / "templates" / "proposals" / "proposal.typ"


def font_folder():
    """Where the embedded Chinese fonts lie: the installed font package."""
    return Path(importlib.util.find_spec("pylopdf_fonts_zh_cn").origin).parent


def content_of(proposal, *, on):
    """Everything the document says, as plain texts in the reader's language: one source for the page, print and PDF."""
    customer = proposal.customer
    items = {}
    for item in proposal.items.select_related("product"):
        items.setdefault(item.dimension, []).append(item)
    benefits = {benefit.dimension: benefit.text for benefit in proposal.benefits.all()}
    holdings = (
        customer.holdings.open()
        .filter(product__category__in=ASSET_CATEGORIES, currency="CNY")
        .select_related("product")
    )
    held = {}
    for holding in holdings:
        held[holding.product.dimension] = held.get(holding.product.dimension, 0) + holding.balance
    return {
        "title": proposal.title,
        "customer": customer.name,
        "bank": customer.branch.name,
        "manager": proposal.drafted_by.name,
        "day": formats.date_format(proposal.presented_on or on, "DATE_FORMAT"),
        "valid_until": formats.date_format(proposal.valid_until, "DATE_FORMAT") if proposal.valid_until else "",
        "opening": proposal.template.opening_text,
        "closing": proposal.template.closing_text,
        "centre": proposal.centre,
        "situation": proposal.situation,
        "customer_side": proposal.customer_side,
        "presentation": proposal.get_presentation_display(),
        "dimensions": [
            {
                "code": dimension.value,
                "name": str(dimension.label),
                "held": format_money(held[dimension]) if dimension in held else "—",
                "text": benefits.get(dimension, ""),
                "items": [
                    {
                        "product": item.product.name,
                        "amount": format_money(item.amount) if item.amount is not None else "—",
                        "reason": item.reason,
                    }
                    for item in items.get(dimension, [])
                ],
            }
            for dimension in Dimension
        ],
    }


def pdf_of(proposal, *, on):
    """The document as PDF bytes. Raises ValidationError naming the letter when the font has none for it."""
    content = content_of(proposal, on=on) | {
        "language": "en" if (get_language() or "").startswith("en") else "zh",
        "words": {
            "for": _("Prepared for"),
            "by": _("Relationship manager"),
            "on": _("Date"),
            "until": _("Valid until"),
            "need": _("Your need"),
            "situation": _("Where you stand today"),
            "wins": _("What you gain"),
            "plan": _("What we suggest"),
            "held": _("With us today"),
            "product": _("Product"),
            "amount": _("Amount"),
            "reason": _("Why it fits"),
            "page": _("Page"),
        },
    }
    try:
        return typst.compile(
            str(SOURCE),
            root=str(SOURCE.parent),
            font_paths=[str(font_folder())],
            ignore_system_fonts=True,
            pdf_standards=["a-2b"],
            sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        missing = re.search(r'text `?"(.+?)"`? could not be displayed', str(error))
        if not missing:
            raise
        raise ValidationError(
            _("The document font has no letter for “%(text)s”. Use the print view of your browser instead.")
            % {"text": missing[1]}
        ) from error
