"""What a click does to follow-ups: done, put off, dismissed, undone, added. Each a POST and one service call."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from care.forms import CompleteForm, DismissForm, OwnReminderForm, SnoozeForm
from care.models import FollowUp
from care.services import followups as verbs
from customers.access import customer_named
from staff.access import WRITERS, roles_required
from staff.templatetags.crm import format_day
from staff.views import safe_next


@require_POST
@roles_required(*WRITERS)
def complete(request):
    """Done: closes the follow-ups named, notes the contact."""
    form = chosen(request, CompleteForm)

    def act(data):
        verb = verbs.complete(
            followups=data["followup"],
            by=request.user,
            on=request.today,
            note=data["note"],
            contacted=data["contacted"],
            gift=data["gift"],
        )
        return verb, ngettext("Done.", "%(n)s done.", len(data["followup"])) % {"n": len(data["followup"])}

    return carry_out(request, form, act)


@require_POST
@roles_required(*WRITERS)
def snooze(request):
    """Put off by some days or until a day."""
    form = chosen(request, SnoozeForm)

    def act(data):
        until = request.today + timedelta(days=data["days"]) if data["days"] else data["until"]
        verb = verbs.snooze(followups=data["followup"], by=request.user, on=request.today, until=until)
        return verb, _("Put off until %(day)s at the latest.") % {"day": format_day(until, request.today)}

    return carry_out(request, form, act)


@require_POST
@roles_required(*WRITERS)
def dismiss(request):
    """Not needed: closes the follow-ups named, with the reason."""
    form = chosen(request, DismissForm)

    def act(data):
        verb = verbs.dismiss(
            followups=data["followup"], by=request.user, on=request.today, reason=data["reason"], note=data["note"]
        )
        return verb, _("Dismissed.")

    return carry_out(request, form, act)


@require_POST
@roles_required(*WRITERS)
def undo(request, verb):
    """Take the last click back."""
    mine = FollowUp.objects.visible_to(request.user)
    try:
        verbs.undo(verb=verb, followups=mine, by=request.user, on=request.today)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Undone."))
    return redirect(safe_next(request))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*WRITERS)
def add(request):
    """Add a reminder of one's own, for the customer named in the address or one that is picked."""
    customer = customer_named(request)
    form = OwnReminderForm(
        request.POST or None,
        user=request.user,
        customer=customer,
        today=request.today,
        initial={"due_on": request.today + timedelta(days=1)},
    )
    back = customer.get_absolute_url() if customer else reverse("care:worklist")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            verbs.add_own(
                customer=data["customer"],
                by=request.user,
                text=data["text"],
                due_on=data["due_on"],
                on=request.today,
                token=data["token"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The reminder is on the work list."))
            return redirect(back)
    context = {
        "form": form,
        "page_title": _("Add a reminder"),
        "page_question": _("What do you want to be reminded of, and when?"),
        "submit_label": _("Add"),
        "cancel_url": back,
        "back_url": back,
        "back_label": customer.name if customer else _("Work list"),
    }
    return render(request, "forms/page.html", context, status=422 if form.errors else 200)


def chosen(request, form_class):
    """The form of a click, checked; 404 when a follow-up named is not visible to the person, or none is named."""
    form = form_class(request.POST, user=request.user)
    if not form.is_valid() and "followup" in form.errors:
        raise Http404
    return form


def carry_out(request, form, act):
    """Do it, say what was done with a way back, and return to where the person was."""
    if form.errors:
        messages.error(request, " ".join(text for errors in form.errors.values() for text in errors))
    else:
        try:
            verb, sentence = act(form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, sentence, extra_tags=f"undo:{reverse('care:undo', args=[verb])}")
    response = redirect(safe_next(request))
    response.status_code = 303
    return response
