"""Whether, how and when a customer may be contacted: one rule for lists, plans, visits, proposals (S3.7, S3.11, S1.3).

`customers.querysets.CustomerQuerySet.contactable` says the same in SQL; a test holds the two together.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from customers.choices import Channel, ConsentPurpose, ContactPurpose, CustomerState, Refusal

MESSAGES = frozenset({Channel.WECHAT, Channel.SMS, Channel.EMAIL})
# Which instruction forbids which ways; a letter and a meeting at the branch only by "do not contact at all".
FORBIDS = {
    "do_not_call": frozenset({Channel.PHONE}),
    "do_not_message": MESSAGES,
    "do_not_visit": frozenset({Channel.VISIT}),
}
# Which consent an offer needs on which way. Nobody asked: allowed; withdrawn: not. Talks face to face need none.
ASKED_FOR_OFFERS = {
    Channel.PHONE: ConsentPurpose.CALLS,
    **dict.fromkeys((*MESSAGES, Channel.LETTER), ConsentPurpose.MESSAGES),
}
# Data leave the bank only for those who said yes.
OPT_IN = frozenset({ConsentPurpose.GROUP, ConsentPurpose.PARTNERS})
OFFERS = frozenset({ContactPurpose.MARKETING, ContactPurpose.CAMPAIGN, ContactPurpose.WIN_BACK})
# Nobody is visited, or met, by a campaign.
REMOTE = frozenset({Channel.PHONE, Channel.LETTER} | MESSAGES)
# The only way left to tell somebody who wants no contact what we owe them.
LAST_WAY = Channel.LETTER

WINDOW = re.compile(r"([1-7]{1,7}) (\d\d):(\d\d)-(\d\d):(\d\d)")


class Window(NamedTuple):
    """Hours on some days of the week (1 is Monday) at which a customer likes to be reached."""

    days: str
    begins: time
    ends: time

    @classmethod
    def read(cls, text):
        """The window that ``str`` wrote ("12345 09:00-11:00"), or None when it is no such text."""
        found = WINDOW.fullmatch(text)
        if not found:
            return None
        try:
            begins, ends = time(int(found[2]), int(found[3])), time(int(found[4]), int(found[5]))
        except ValueError:
            return None
        return cls("".join(sorted(set(found[1]))), begins, ends) if begins < ends else None

    def __str__(self):
        return f"{self.days} {self.begins:%H:%M}-{self.ends:%H:%M}"

    def holds(self, at):
        """Whether the time `at` lies in it, its end excluded."""
        return str(at.isoweekday()) in self.days and self.begins <= at.time() < self.ends


@dataclass(frozen=True)
class Allowed:
    """The contact is allowed; `outside_hours`: but not at a time the customer likes."""

    outside_hours: bool = False

    def __bool__(self):
        return True


@dataclass(frozen=True)
class Refused:
    """The contact is not allowed: a `Refusal`, and for a restriction its own reason."""

    reason: Refusal
    detail: str = ""

    def __bool__(self):
        return False

    def __str__(self):
        return f"{self.reason.label} {self.detail}".strip()


def may_contact(preference, consents, restriction, state, channel, purpose, at):
    """Allowed or Refused with the reason, gravest first.

    `preference`: a ContactPreference or None. `consents`: {ConsentPurpose: given} of what the customer said last.
    `restriction`: None, or the reason (which may be empty) of the restriction in force. `state`: CustomerState.
    `channel`: a Channel; empty asks whether any is left. `purpose`: ContactPurpose. `at`: the day, or the time, of the
    contact; without a time nothing is said about hours.
    """
    if not channel:
        first = None
        for way in Channel:
            answer = may_contact(preference, consents, restriction, state, way, purpose, at)
            if answer:
                return answer
            if first is None or way == Channel.PHONE:
                first = answer
        return first
    channel, purpose = Channel(channel), ContactPurpose(purpose)
    refusal = _against(purpose, restriction, state)
    if refusal is not None:
        return refusal
    day = at.date() if isinstance(at, datetime) else at
    valid = preference is not None and (preference.valid_until is None or preference.valid_until >= day)
    if valid and preference.do_not_contact and (purpose != ContactPurpose.SERVICE or channel != LAST_WAY):
        return Refused(Refusal.DO_NOT_CONTACT)
    if purpose in {ContactPurpose.CAMPAIGN, ContactPurpose.WIN_BACK} and channel not in REMOTE:
        return Refused(Refusal.NOT_THIS_WAY)
    if valid:
        for name, channels in FORBIDS.items():
            if getattr(preference, name) and channel in channels:
                return Refused(Refusal(name))
    if purpose in OFFERS and (asked := ASKED_FOR_OFFERS.get(channel)) and consents.get(asked) is False:
        return Refused(Refusal(asked.value))
    if purpose == ContactPurpose.CAMPAIGN and consents.get(ConsentPurpose.PROFILING) is False:
        return Refused(Refusal.NO_PROFILING)
    hours = preference.times if valid and isinstance(at, datetime) else []
    return Allowed(outside_hours=bool(hours) and not any(window.holds(at) for window in hours))


def _against(purpose, restriction, state):
    """What stands against the purpose, whatever the way: who ended is owed service, who is restricted care too."""
    if purpose == ContactPurpose.WIN_BACK:
        if state != CustomerState.ENDED:
            return Refused(Refusal.NOT_ENDED)
    elif state == CustomerState.ENDED and purpose != ContactPurpose.SERVICE:
        return Refused(Refusal.ENDED)
    if restriction is not None and purpose in OFFERS:
        return Refused(Refusal.RESTRICTED, restriction)
    return None


def open_channels(preference, consents, restriction, state, purpose, at):
    """The ways that are allowed, the preferred first, then the second, then the others in their order."""
    ways = [way for way in Channel if may_contact(preference, consents, restriction, state, way, purpose, at)]
    wanted = [preference.channel, preference.second_channel] if preference is not None else []
    return sorted(ways, key=lambda way: wanted.index(way) if way in wanted else len(wanted))


def may_share(consents, purpose):
    """Whether data may go to the group or to partners: only after a yes."""
    return consents.get(ConsentPurpose(purpose)) is True


def next_contact(every_days, last_contact, *, on):
    """The day of the next contact a customer wishes: never before `on`; None when they named no frequency."""
    if not every_days:
        return None
    if last_contact is None:
        return on
    return max(on, last_contact + timedelta(days=every_days))
