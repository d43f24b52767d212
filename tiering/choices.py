"""Words of tiering: states of a sheet, kinds of criteria, measures, reasons of moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SheetState(models.TextChoices):
    """draft → published → retired; only a draft may change."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("In force")
    RETIRED = "retired", _("Retired")


class Source(models.TextChoices):
    """Where the answer to a criterion comes from."""

    FACT = "fact", _("A fact on the customer record")
    ASKED = "asked", _("Asked in the assessment")


class CriterionKind(models.TextChoices):
    """How a criterion turns a fact into an option."""

    CHOICE = "choice", _("Choice")
    NUMBER = "number", _("Number band")
    YEARS = "years", _("Years since a date")


class Fact(models.TextChoices):
    """Facts of the customer file that a criterion may ask for: a closed list, each one value (tiering.rules.facts)."""

    OCCUPATION = "occupation", _("Occupation")
    ANNUAL_INCOME = "annual_income", _("Annual income (yuan)")
    AGE = "age", _("Age (years)")
    FAMILY = "family", _("Family (marriage and children)")
    EDUCATION = "education", _("Education")
    KNOWN_FOR = "known_for", _("Known for (years)")
    EASE_OF_CONTACT = "ease_of_contact", _("Ease of contact")
    INFLUENCE = "influence", _("Influence")
    CHILDREN = "children", _("Number of children")
    ASSETS = "assets", _("Assets with us (yuan)")
    HOLDINGS = "holdings", _("Open holdings")
    CATEGORIES = "categories", _("Categories of open holdings")
    RISK_LEVEL = "risk_level", _("Highest risk level held")
    CONTRIBUTION = "contribution", _("A year's income less cost (yuan)")
    INTRODUCED = "introduced", _("Customers introduced")
    CONTACTS = "contacts", _("Contacts in twelve months")


class Family(models.TextChoices):
    """Family as the sheet asks for it (S2.3): married with children, married with none, everybody else single."""

    MARRIED_WITH_CHILDREN = "married_with_children", _("Married with children")
    MARRIED_WITHOUT_CHILDREN = "married_without_children", _("Married without children")
    SINGLE = "single", _("Single household")


class Measure(models.TextChoices):
    """What a scheme may measure: a closed list, each one documented SQL expression (docs/tiering.md)."""

    SHEET = "sheet", _("Points of a scoring sheet")
    ASSETS = "assets", _("Assets with us (yuan)")
    ASSETS_MONTH_END = "assets_month_end", _("Assets at the last month-end (yuan)")
    ASSETS_AVERAGE = "assets_average", _("Daily average assets of the last month (yuan)")
    CONTRIBUTION = "contribution", _("A year's income less cost (yuan)")
    NET_CONTRIBUTION = "net_contribution", _("A year's income less cost and service (yuan)")
    LOYALTY = "loyalty", _("Rung of the loyalty ladder")
    RELATIONSHIP = "relationship", _("Layer of the relationship")
    QUADRANT = "quadrant", _("Cell of service need and potential")
    BEHAVIOUR = "behaviour", _("Behaviour: recency, frequency, value (3–15)")
    STICKINESS = "stickiness", _("Stickiness (0–10)")
    OPERATING = "operating", _("Rung of the operating ladder")


class Axis(models.TextChoices):
    """What may stand on an axis of service need and potential (S3.6)."""

    SCORE = "score", _("Points of the sheet in force")
    ASSETS = "assets", _("Assets with us (yuan)")
    INCOME = "income", _("Annual income (yuan)")
    CONTRIBUTION = "contribution", _("A year's income less cost (yuan)")
    CONTACTS = "contacts", _("Contacts in twelve months")
    SERVICE_COST = "service_cost", _("Cost of service in twelve months (yuan)")
    STICKINESS = "stickiness", _("Stickiness (0–10)")
    HOLDINGS = "holdings", _("Open holdings")


class Rhythm(models.TextChoices):
    """How often a scheme looks at a customer again; who has no tier yet is placed at once."""

    DAILY = "daily", _("Every night")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")


class MoveReason(models.TextChoices):
    """Why a customer moved."""

    FIRST = "first", _("First placement")
    FACTS = "facts", _("The customer's facts changed")
    RULES = "rules", _("The rules changed")
    WATCH = "watch", _("Stayed below the tier through the watch")
    OVERRIDE = "override", _("Placed by hand")
    OVERRIDE_ENDED = "released", _("The placing by hand ended")
    ROLLBACK = "rollback", _("A version was taken back")


class Direction(models.TextChoices):
    """Where a move leads."""

    UP = "up", _("Up")
    DOWN = "down", _("Down")
    FIRST = "first", _("First placement")
    GONE = "gone", _("No tier any longer")


class Cause(models.TextChoices):
    """What set a re-tiering off."""

    NIGHT = "night", _("Night run")
    COMMAND = "command", _("By command")
    LOAD = "load", _("After a load")
    PUBLISH = "publish", _("A sheet was published")
    ROLLBACK = "rollback", _("A version was taken back")
    SCHEME = "scheme", _("A scheme was changed")


class OverrideState(models.TextChoices):
    """proposed → approved → ended, or declined."""

    PROPOSED = "proposed", _("Waiting for approval")
    APPROVED = "approved", _("Placed by hand")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended")


class Tone(models.IntegerChoices):
    """The colours a band's sign may have: never the only sign of it (static/css)."""

    GOLD = 1, _("Gold")
    BLUE = 2, _("Blue")
    LIGHT_BLUE = 3, _("Light blue")
    TEAL = 4, _("Teal")
    GREEN = 5, _("Green")
    VIOLET = 6, _("Violet")
    BRICK = 7, _("Brick")
    GREY = 8, _("Grey")


class Side(models.TextChoices):
    """Whether a customer is an asset or a liability (S4.1, tiering.rules.worth)."""

    ASSET = "asset", _("Brings more than it costs")
    TURNED = "turned", _("Brings something, but less than serving costs")
    LIABILITY = "liability", _("Costs more than it brings, even without service")
    UNKNOWN = "unknown", _("No value record")


class Degree(models.TextChoices):
    """The four degrees of a relationship (S4.3)."""

    SATISFACTION = "satisfaction", _("Satisfaction")
    LOYALTY = "loyalty", _("Loyalty")
    STICKINESS = "stickiness", _("Stickiness")
    CONTRIBUTION = "contribution", _("Contribution")
