"""Whose customer it is, where somebody stands in for a colleague."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from staff.choices import Role

register = template.Library()


@register.simple_tag
def cover_mark(customer, viewer):
    """“代 王芳” beside a customer whom a manager sees only because they stand in; nothing for anybody else."""
    if viewer is None or getattr(viewer, "role", None) != Role.MANAGER:
        return ""
    if customer.manager_id in {None, viewer.pk}:
        return ""
    text = _("for %(name)s") % {"name": customer.manager.name}
    return format_html(' <span class="state cover-mark">{}</span>', text)
