"""What a customer's file says, ready to show: facts in sections with who said them, and what to ask next."""

from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import CustomKind, FileSection, ImportState, SaidBy
from customers.forms.facts import MODELS, RATINGS
from customers.models import FactSource, ImportRun
from customers.rules.file import (
    CUSTOM_PREFIX,
    FILES,
    MATTERS,
    Fact,
    ask_next,
    completeness,
    is_known,
    is_stale,
    life_stage,
    years_between,
)
from customers.rules.lunar import LunarDay
from customers.services.custom_fields import active_fields, field_labels, values_of
from staff.templatetags.crm import format_day, format_money

# Why something is asked for, in a word.
MATTER_WORDS = {
    "tier": gettext_lazy("for the tier"),
    "needs": gettext_lazy("for needs"),
    "contact": gettext_lazy("for contact"),
}
# What people of an age usually need (S3.8): a reason to ask, never a conclusion.
STAGE_WORDS = {
    "child": gettext_lazy("A minor: the parents decide; savings for school."),
    "start": gettext_lazy("Beginning to earn: a first home, marriage, learning to save."),
    "family": gettext_lazy("Young family: a home, protection, a fund for the child."),
    "school": gettext_lazy("Children at school: school fees, a bigger home, protection of the income."),
    "wealth": gettext_lazy("Height of earning: growth of wealth, university or study abroad, health."),
    "retiring": gettext_lazy("Before retirement: pension, safety before return, parents to care for."),
    "care": gettext_lazy("Retired: regular income, health and care, handing on wealth."),
}

PERSONAL_LABELS = {
    "mobile": gettext_lazy("Phone"),
    "id_no": gettext_lazy("Document number"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
}


@dataclass
class Answer:
    """A fact of the file as a page shows it."""

    fact: Fact
    section: str
    label: str
    text: str
    known: bool
    source: FactSource | None = None
    # “core”, a SaidBy value, or empty when nobody knows who said it.
    said_by: str = ""
    said_on: date | None = None
    stale: bool = False

    @property
    def name(self):
        """The name of the fact, also of its form field."""
        return self.fact.name

    @property
    def personal(self):
        """Sealed: shown masked, revealed with a reason."""
        return self.fact.personal

    @property
    def speaker(self):
        """Who says so, in words."""
        return SaidBy(self.said_by).label if self.said_by else ""


@dataclass
class Section:
    """A part of the file."""

    code: str
    label: str
    answers: list = field(default_factory=list)
    share: int = 0

    @property
    def known_count(self):
        """How many facts have an answer."""
        return sum(answer.known for answer in self.answers)

    @property
    def stale_count(self):
        """How many answers have gone stale."""
        return sum(answer.stale for answer in self.answers)


@dataclass
class File:
    """The whole file of a customer."""

    sections: list
    share: int
    asks: list
    stage: str = ""

    @property
    def answers(self):
        """Every fact, section by section."""
        return [answer for section in self.sections for answer in section.answers]

    @property
    def essential(self):
        """The facts worth a conversation of their own, in the order of the file."""
        return [answer for answer in self.answers if answer.fact.essential]

    @property
    def stale(self):
        """Facts whose answers have gone stale."""
        return [answer for answer in self.answers if answer.stale]

    def section(self, code):
        """One section by its code; KeyError when the kind of customer has none such."""
        return {section.code: section for section in self.sections}[code]


def read_file(customer, *, on):
    """The File of a customer fetched with its whole file, as of the day `on`; a constant number of queries."""
    fields = active_fields(customer.kind)
    own = values_of([customer.pk], fields)[customer.pk]
    sources = {row.field: row for row in FactSource.objects.filter(customer=customer).select_related("by")}
    loaded = ImportRun.objects.filter(state=ImportState.DONE).order_by("-as_of").values_list("as_of", flat=True).first()
    sections = {code: Section(code, FileSection(code).label) for code in FILES[customer.kind]}
    for code, facts in FILES[customer.kind].items():
        for fact in facts:
            label, text = answer_text(customer, fact, on=on)
            sections[code].answers.append(_answer(fact, code, label, text, sources, loaded, on))
    for custom in fields:
        fact = Fact(custom.fact, "custom", custom.weight, stale=custom.stale_after)
        code = custom.section if custom.section in sections else FileSection.MORE
        text = _custom_text(custom, own.get(custom.code), on)
        sections[code].answers.append(_answer(fact, code, custom.label, text, sources, loaded, on))
    shown = [section for section in sections.values() if section.answers]
    for section in shown:
        section.share = _share(section.answers)
    answers = [answer for section in shown for answer in section.answers]
    person = getattr(customer, "person", None)
    born = person.birth_date if person else None
    stage = life_stage(years_between(born, on)) if born else None
    return File(shown, _share(answers), _asks(answers), STAGE_WORDS[stage] if stage else "")


def _answer(fact, section, label, text, sources, loaded, on):
    known, source = bool(text), sources.get(fact.name)
    said_by, said_on = "", None
    if known and source is not None:
        said_by, said_on = source.said_by, source.on
    elif known and fact.core:
        said_by, said_on = SaidBy.CORE, loaded
    stale = known and source is not None and is_stale(said_on, fact.stale, on=on)
    return Answer(fact, section, label, text, known, source, said_by, said_on, stale)


def _share(answers):
    weights = {answer.name: answer.fact.weight for answer in answers}
    return completeness(weights, {answer.name for answer in answers if answer.known})


def _asks(answers):
    by_name = {answer.name: answer for answer in answers}
    known = {name for name, answer in by_name.items() if answer.known}
    stale = {name for name, answer in by_name.items() if answer.stale}
    asked = ask_next([answer.fact for answer in answers], known, stale)
    return [
        {
            "name": ask.name,
            "label": by_name[ask.name].label,
            "section": by_name[ask.name].section,
            "why": MATTER_WORDS[ask.matters],
            "stale": ask.stale,
            "essential": by_name[ask.name].fact.essential,
            "place": MATTERS.index(ask.matters),
        }
        for ask in asked
    ]


def answer_text(customer, fact, *, on):
    """The label of a fact and its answer in words, personal values masked; an empty text when unknown."""
    column = MODELS[fact.row]._meta.get_field(fact.name) if not fact.personal else None
    if fact.personal:
        return PERSONAL_LABELS[fact.name], getattr(customer, f"masked_{fact.name}")
    label = capfirst(column.verbose_name)
    row = customer if fact.row == "customer" else getattr(customer, fact.row, None)
    value = getattr(row, fact.name, None)
    if fact.name == "known_since":
        value = customer.known_since or customer.opened_on
    if fact.name == "birth_date" and value:
        years = _("%(n)s years") % {"n": years_between(value, on)}
        return label, years if row.birth_approximate else f"{years} · {value.isoformat()}"
    if fact.name == "lunar_birthday" and value:
        return label, str(LunarDay(value // 100, value % 100, row.lunar_leap))
    return label, _text_of(column, row, value, fact, on)


def _text_of(column, row, value, fact, on):
    if not is_known(value):
        return ""
    if isinstance(column, ArrayField):
        labels = dict(column.base_field.choices)
        return _(", ").join(str(labels.get(one, one)) for one in value)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.DateField):
        return format_day(value, on)
    if isinstance(column, models.DecimalField):
        return format_money(value)
    if fact.name.startswith("trait_"):
        return str(dict(RATINGS).get(value, value))
    if fact.name == "extra_income_month":
        return _("month %(n)s") % {"n": value}
    if isinstance(column, models.PositiveIntegerField):
        return f"{value:,}"
    return str(value)


def _custom_text(field, value, on):
    if value is None or value == "":
        return ""
    if field.kind == CustomKind.YESNO:
        return _("yes") if value else _("no")
    if field.kind == CustomKind.DATE:
        return format_day(value, on)
    if field.kind == CustomKind.NUMBER:
        return f"{value.normalize():,f}"
    return str(value)


def fact_labels(names):
    """What facts are called, of either kind of customer and of the bank's own; unknown names are left out."""
    facts = {fact.name: fact for kind in FILES for part in FILES[kind].values() for fact in part}
    own = {}
    if any(name.startswith(CUSTOM_PREFIX) for name in names):
        own = field_labels()
    labels = []
    for name in names:
        if name in PERSONAL_LABELS:
            labels.append(str(PERSONAL_LABELS[name]))
        elif name in facts:
            labels.append(str(capfirst(MODELS[facts[name].row]._meta.get_field(name).verbose_name)))
        elif name in own:
            labels.append(own[name])
    return labels
