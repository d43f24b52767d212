"""How widgets become HTML: the common ones are written, for a template for each option of a box costs too much."""

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe

WIDGETS = "django/forms/widgets/"
INPUTS = ("date", "hidden", "input", "number", "search", "text")


class WrittenWidgets(DjangoTemplates):
    """Boxes and simple inputs as Django's templates have them, but for white space; all else by those templates."""

    def render(self, template_name, context, request=None):
        """The widget as HTML."""
        write = WRITERS.get(template_name)
        return super().render(template_name, context, request) if write is None else write(context["widget"])


def _attributes(given):
    """Attributes; True stands alone, False not at all."""
    return format_html_join(
        "",
        "{}",
        (
            [format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)]
            for name, value in given.items()
            if value is not False
        ),
    )


def _input(widget):
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _option(option):
    attributes = _attributes(option["attrs"]) if option["attrs"] else ""
    value, label = conditional_escape(option["value"]), conditional_escape(option["label"])
    return f'<option value="{value}"{attributes}>{label}</option>'


def _select(widget):
    groups = []
    for name, options, _place in widget["optgroups"]:
        # A branch may be one of hundreds: each option is put together at once.
        written = mark_safe("\n".join(map(_option, options)))  # noqa: S308  each of them is escaped
        groups.append(format_html('<optgroup label="{}">{}</optgroup>', name, written) if name else written)
    inside = mark_safe("\n".join(groups))  # noqa: S308  each of them is written by format_html
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), inside)


WRITERS = {f"{WIDGETS}select.html": _select} | {f"{WIDGETS}{name}.html": _input for name in INPUTS}
