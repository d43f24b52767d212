"""Filling in a sheet's questions after a talk."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.models import Customer
from jobs.tasks import ring_on_commit
from staff.access import WRITERS, roles_required
from tiering.forms.assessment import AssessmentForm
from tiering.models import ScoringSheet
from tiering.services.assessment import questions_of, record_assessment


@require_http_methods(["GET", "POST"])
@roles_required(*WRITERS)
def assess(request, public_id, code):
    """The questions of the sheet in force; what is answered counts at once, what is not stays missing."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), public_id=public_id)
    in_force = ScoringSheet.objects.in_force().whole().filter(kind=customer.kind)
    sheet = get_object_or_404(in_force, code=code)
    questions = questions_of(customer=customer, definition=sheet.definition(), on=request.today)
    form = AssessmentForm(
        request.POST or None,
        questions=questions,
        today=request.today,
        initial={"asked_on": request.today, "token": uuid.uuid4()},
    )
    if questions and form.is_valid():
        try:
            _assessment, job = record_assessment(
                customer=customer,
                sheet=sheet,
                answers=form.answers(),
                asked_on=form.cleaned_data["asked_on"],
                note=form.cleaned_data["note"],
                token=form.cleaned_data["token"],
                by=request.user,
                today=request.today,
                now=timezone.now(),
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            ring_on_commit(job)
            messages.success(request, _("Recorded. The tier is being looked at again."))
            return redirect("tiering:explanation", public_id)
    context = {"form": form, "customer": customer, "sheet": sheet, "questions": questions}
    return render(request, "tiering/assess.html", context, status=422 if form.is_bound else 200)
