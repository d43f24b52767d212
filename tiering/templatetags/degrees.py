"""The four degrees of one customer in a line: `{% load degrees %}{% four_degrees explanation %}`."""

from django import template

from tiering.choices import Degree
from tiering.services.degrees import degree_of

register = template.Library()


@register.inclusion_tag("tiering/_degrees_line.html")
def four_degrees(explanation):
    """Satisfaction, loyalty, stickiness and contribution (S4.3) of an Explanation; those not in force are left out."""
    stands = {}
    for stand in (*explanation.sheets, *explanation.others):
        degree = degree_of(stand.plan)
        if degree:
            stands.setdefault(degree, stand)
    return {"degrees": [(degree.label, stands[degree]) for degree in Degree if degree in stands]}
