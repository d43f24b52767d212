"""Facts that do not agree, as questions (疑问): what is asked, and from where on."""

from django.utils.translation import gettext_lazy as _

# Assets with us of so many years' income are asked about, from this sum on (yuan).
YEARS_OF_INCOME = 50
ASSETS_FROM = 1_000_000
# An income of this size (yuan a year) beside hardly any assets.
INCOME_FROM = 1_000_000
ASSETS_HARDLY = 10_000
# Ages: the lawful age of marriage for women is the lower one; nobody works below 16; a first degree, a second one.
MARRIED_FROM = 20
WORKS_FROM, WORKS_UNTIL = 16, 75
DEGREE_FROM, POSTGRADUATE_FROM = 19, 21
PARENT_FROM = 18
SCHOOL_PARENTS_UNTIL = 70
MANY_CHILDREN = 8
# A phone of so many customers.
PHONE_SHARED_BY = 5
# An ended relationship with so much still here (yuan).
LEFT_OVER = 10_000

QUESTIONS = {
    "born_late": _("Born on %(born)s but a customer since %(since)s: which day is right?"),
    "married_young": _("Married at %(age)s: are birth date and marriage right?"),
    "works_young": _("%(age)s years old and at work as “%(occupation)s”: are birth date and occupation right?"),
    "works_old": _("%(age)s years old and still at work as “%(occupation)s”: is the occupation still right?"),
    "degree_young": _("A degree at %(age)s: are birth date and education right?"),
    "children_young": _("%(children)s children at %(age)s: are birth date and children right?"),
    "many_children": _("%(children)s children: is the number right?"),
    "child_at_school": _("No children on file, but a child at school: how many children are there?"),
    "school_old": _("%(age)s years old with a child at school: is it a grandchild?"),
    "assets_over_income": _(
        "Assets of %(assets_yuan)s with an income of %(income_yuan)s a year: has the income grown?"
    ),
    "income_without_assets": _(
        "An income of %(income_yuan)s a year, but only %(assets_yuan)s with us: is it right, or where is the money?"
    ),
    "months_over_year": _("%(month_yuan)s a month is not %(income_yuan)s a year: which is right?"),
    "spouse_of_single": _("Not married on file, but a spouse among the relations: which is right?"),
    "no_spouse": _("Married and in the best tier, but no spouse on file: who decides with them?"),
    "phone_shared": _("The phone is that of %(number)s customers: whose is it?"),
    "ended_with_assets": _("The relationship has ended, but %(assets_yuan)s is still here: is it over?"),
    "known_before_birth": _("Known since %(since)s, before the birth on %(born)s: which day is right?"),
    "resident_number": _("The document is not a resident identity card, but its number is one: which document is it?"),
    "retired_already": _("%(age)s years old and wanted to retire at %(wanted)s: are they retired by now?"),
}

# What a question is about, for the choice above a list.
SUBJECTS = {
    "born_late": _("Birth and opening"),
    "married_young": _("Age and marriage"),
    "works_young": _("Age and work"),
    "works_old": _("Age and work (old)"),
    "degree_young": _("Age and education"),
    "children_young": _("Age and children"),
    "many_children": _("Number of children"),
    "child_at_school": _("Children and school"),
    "school_old": _("Age and school"),
    "assets_over_income": _("Assets above income"),
    "income_without_assets": _("Income without assets"),
    "months_over_year": _("Income by month and year"),
    "spouse_of_single": _("Marriage and relations"),
    "no_spouse": _("Spouse missing"),
    "phone_shared": _("Shared phone"),
    "ended_with_assets": _("Ended with assets"),
    "known_before_birth": _("Birth and first acquaintance"),
    "resident_number": _("Document and number"),
    "retired_already": _("Age and retirement"),
}


def sentence(code, facts, money):
    """The question in the reader's language; `money` writes an amount in yuan. A code of an older version is itself."""
    words = QUESTIONS.get(code)
    if words is None:
        return code
    shown = {name: money(value) if name.endswith("_yuan") else value for name, value in facts.items()}
    try:
        return words % shown
    except KeyError:
        return code
