"""What somebody of the family is called: nearer than the relation when it is known whether it is a woman or a man."""

from django.utils.translation import gettext_lazy as _

from customers.choices import Gender, RelationKind

# Grandparents and grandchildren keep the word of the relation: Chinese has others for the mother's side.
WORDS = {
    (RelationKind.PARENT, Gender.FEMALE): _("Mother"),
    (RelationKind.PARENT, Gender.MALE): _("Father"),
    (RelationKind.SPOUSE, Gender.FEMALE): _("Wife"),
    (RelationKind.SPOUSE, Gender.MALE): _("Husband"),
    (RelationKind.CHILD, Gender.FEMALE): _("Daughter"),
    (RelationKind.CHILD, Gender.MALE): _("Son"),
    (RelationKind.SIBLING, Gender.FEMALE): _("Sister"),
    (RelationKind.SIBLING, Gender.MALE): _("Brother"),
}


def kin_word(kind, gender=""):
    """What the person is to the customer, in the reader's language; an unknown kind reads as itself."""
    kind = str(kind)
    if (kind, gender) in WORDS:
        return str(WORDS[kind, gender])
    return str(RelationKind(kind).label) if kind in RelationKind.values else kind


def gender_of(customer):
    """The sex on the customer's own file; empty for organisations and while nobody knows."""
    person = getattr(customer, "person", None)
    return person.gender if person else ""
