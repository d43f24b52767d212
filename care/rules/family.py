"""Whose birthday a reminder of the family speaks of: the word for a relation, nearer when it is known who they are."""

from django.utils.translation import gettext_lazy as _

from customers.choices import Gender, RelationKind

# By relation and gender, which is known only of those who are customers themselves.
WORDS = {
    (RelationKind.PARENT, Gender.FEMALE): _("Mother"),
    (RelationKind.PARENT, Gender.MALE): _("Father"),
    (RelationKind.SPOUSE, Gender.FEMALE): _("Wife"),
    (RelationKind.SPOUSE, Gender.MALE): _("Husband"),
    (RelationKind.CHILD, Gender.FEMALE): _("Daughter"),
    (RelationKind.CHILD, Gender.MALE): _("Son"),
}


def family_word(facts):
    """What the person is to the customer, in the reader's language; empty when the facts do not say it."""
    relation, gender = facts.get("relation", ""), facts.get("gender", "")
    if (relation, gender) in WORDS:
        return str(WORDS[relation, gender])
    return str(RelationKind(relation).label) if relation in RelationKind.values else ""
