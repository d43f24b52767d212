"""Who may use which address: one row each. `tests/test_architecture.py` fails for an address without a row.

Access says which roles may use it; a row about an object of somebody else is not found (404) for everybody whose scope
does not hold it, whatever the method; a role that may not do it at all is refused (403). Nobody signed in is sent to
the sign-in page.
"""

from dataclasses import dataclass

EVERYBODY = frozenset({"manager", "head", "auditor", "administrator"})
READERS = frozenset({"manager", "head", "auditor"})
WRITERS = frozenset({"manager", "head"})
LOADERS = frozenset({"administrator"})
TRAIL = frozenset({"auditor", "administrator"})
LOOKERS = frozenset({"head", "auditor", "administrator"})
JOB_OWNERS = frozenset({"manager", "head", "administrator"})


@dataclass(frozen=True)
class Row:
    """An address: who may use it, by which method, and about which object of the cast (see `objects` in the test)."""

    access: frozenset
    about: str = ""
    method: str = "GET"


PUBLIC = {"login", "logout", "livez", "readyz", "staff:language"}

TABLE = {
    # care
    "care:worklist": Row(EVERYBODY),
    "care:followups": Row(READERS),
    "care:managers": Row(READERS),
    "care:aside": Row(READERS, "customer"),
    "care:add": Row(WRITERS),
    "care:complete": Row(WRITERS, "followup", "POST"),
    "care:snooze": Row(WRITERS, "followup", "POST"),
    "care:dismiss": Row(WRITERS, "followup", "POST"),
    "care:undo": Row(WRITERS, "verb", "POST"),
    "care:service_ladder": Row(READERS),
    "care:service_ladder_of": Row(READERS, "customer"),
    "care:service_attention": Row(READERS),
    # customers
    "customers:list": Row(READERS),
    "care:moments": Row(READERS),
    "customers:search": Row(READERS, method="POST"),
    "customers:pick": Row(READERS, method="POST"),
    "customers:add": Row(WRITERS),
    "customers:detail": Row(READERS, "customer"),
    "customers:edit": Row(WRITERS, "customer"),
    "customers:file": Row(READERS, "customer"),
    "customers:file_section": Row(WRITERS, "section"),
    "customers:fact_confirm": Row(WRITERS, "section", "POST"),
    "customers:reveal": Row(READERS, "personal"),
    "customers:holdings": Row(READERS, "customer"),
    "customers:cash_flows": Row(READERS, "customer"),
    "customers:history": Row(READERS, "customer"),
    "customers:relations": Row(READERS, "customer"),
    "customers:relation_add": Row(WRITERS, "customer"),
    "customers:relation_remove": Row(WRITERS, "relation", "POST"),
    "customers:relation_restore": Row(WRITERS, "pair", "POST"),
    "customers:import_list": Row(TRAIL),
    "customers:import_upload": Row(LOADERS, method="POST"),
    "customers:relation_edit": Row(WRITERS, "relation"),
    "customers:relation_map": Row(READERS, "customer"),
    "customers:person_add": Row(WRITERS, "customer"),
    "customers:person_edit": Row(WRITERS, "person"),
    "customers:person_remove": Row(WRITERS, "person", "POST"),
    "customers:person_restore": Row(WRITERS, "person", "POST"),
    "customers:person_link": Row(WRITERS, "person"),
    "customers:person_reveal": Row(READERS, "person"),
    "customers:deciders": Row(READERS, "customer"),
    "customers:groups": Row(READERS),
    "customers:group_suggestions": Row(READERS),
    "customers:group": Row(READERS, "group"),
    "customers:group_edit": Row(WRITERS, "group"),
    "customers:group_dissolve": Row(WRITERS, "group", "POST"),
    "customers:member_add": Row(WRITERS, "group"),
    "customers:member_remove": Row(WRITERS, "member", "POST"),
    "customers:groups_of": Row(READERS, "customer"),
    "customers:group_add": Row(WRITERS, "customer"),
    "customers:owners": Row(READERS),
    "customers:both_sides": Row(READERS, "customer"),
    "customers:referrals": Row(READERS),
    "customers:referral_centres": Row(READERS),
    "customers:referral_sources": Row(READERS),
    "customers:referral_pool": Row(READERS),
    "customers:referrals_of": Row(READERS, "customer"),
    "customers:referral_add": Row(WRITERS, "customer"),
    "customers:referral_chain": Row(READERS, "customer"),
    "customers:referral_edit": Row(WRITERS, "referral"),
    "customers:referral_gift": Row(WRITERS, "referral"),
    "customers:referral_thank": Row(WRITERS, "referral", "POST"),
    "customers:referral_became": Row(WRITERS, "referral"),
    "customers:referral_reveal": Row(READERS, "referral"),
    "customers:referral_outcome": Row(WRITERS, "referral_outcome", "POST"),
    "customers:import_detail": Row(TRAIL, "import"),
    "customers:import_rejected": Row(TRAIL, "import"),
    "customers:needs": Row(READERS, "customer"),
    "customers:need_add": Row(WRITERS, "customer"),
    "customers:need_status": Row(WRITERS, "need", "POST"),
    # jobs, staff
    "jobs:list": Row(EVERYBODY),
    "jobs:progress": Row(EVERYBODY, "job"),
    "jobs:cancel": Row(JOB_OWNERS, "job", "POST"),
    "staff:audit": Row(TRAIL),
    "staff:profile": Row(EVERYBODY),
    "staff:theme": Row(EVERYBODY, method="POST"),
    "password_change": Row(EVERYBODY),
    "password_change_done": Row(EVERYBODY),
    # proposals
    "proposals:list": Row(READERS),
    "proposals:add": Row(WRITERS),
    "proposals:detail": Row(READERS, "proposal"),
    "proposals:edit": Row(WRITERS, "proposal"),
    "proposals:check": Row(WRITERS, "proposal", "POST"),
    "proposals:present": Row(WRITERS, "proposal", "POST"),
    "proposals:take_back": Row(WRITERS, "proposal", "POST"),
    "proposals:accept": Row(WRITERS, "proposal", "POST"),
    "proposals:decline": Row(WRITERS, "proposal", "POST"),
    "proposals:discard": Row(WRITERS, "proposal", "POST"),
    "proposals:print": Row(READERS, "proposal"),
    "proposals:pdf": Row(READERS, "proposal"),
    # tiering
    "tiering:dashboard": Row(READERS),
    "tiering:matrix": Row(READERS),
    "tiering:lines": Row(READERS),
    "tiering:schemes": Row(READERS),
    "tiering:watching": Row(READERS),
    "tiering:concentration": Row(READERS),
    "tiering:coverage": Row(READERS),
    "tiering:agreement": Row(READERS),
    "tiering:maturing": Row(READERS),
    "tiering:export": Row(READERS),
    "tiering:members": Row(READERS),
    "tiering:watches": Row(READERS),
    "tiering:movements": Row(READERS),
    "tiering:potential": Row(READERS),
    "tiering:worth": Row(READERS),
    "tiering:worth_customers": Row(READERS),
    "tiering:degrees": Row(READERS),
    "tiering:explanation": Row(READERS, "customer"),
    "tiering:assess": Row(WRITERS, "assessed"),
    "tiering:overrides": Row(READERS),
    "tiering:override_propose": Row(WRITERS, "customer"),
    "tiering:override_approve": Row(WRITERS, "override", "POST"),
    "tiering:override_decline": Row(WRITERS, "override", "POST"),
    "tiering:services": Row(READERS, "customer"),
    "tiering:right_use": Row(WRITERS, "right", "POST"),
    "tiering:rights": Row(READERS),
    "tiering:right_take_back": Row(WRITERS, "right_use", "POST"),
    "tiering:override_end": Row(WRITERS, "override", "POST"),
    "tiering:preview": Row(LOOKERS, "sheet"),
    "tiering:preview_movers": Row(LOOKERS, "sheet"),
    "tiering:preview_cutoffs": Row(LOADERS, "sheet", "POST"),
    "tiering:preview_forward": Row(LOADERS, "sheet", "POST"),
    "tiering:preview_publish": Row(LOADERS, "sheet", "POST"),
    "tiering:publications": Row(LOOKERS),
    "tiering:publication_take_back": Row(LOADERS, "publication"),
    # visits
    "visits:list": Row(READERS),
    "visits:calendar": Row(READERS),
    "visits:add": Row(WRITERS),
    "visits:log": Row(WRITERS),
    "visits:detail": Row(READERS, "visit"),
    "visits:edit": Row(WRITERS, "visit"),
    "visits:prepare": Row(WRITERS, "visit", "POST"),
    "visits:record": Row(WRITERS, "visit"),
    "visits:cancel": Row(WRITERS, "visit"),
    "visits:reinstate": Row(WRITERS, "visit", "POST"),
    "visits:objections": Row(READERS),
    "visits:objection_add": Row(WRITERS),
    "visits:objection": Row(READERS, "objection"),
    "visits:objection_edit": Row(WRITERS, "objection"),
}
