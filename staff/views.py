"""Profile, language, colours, the audit trail, and the health answers for whoever watches the servers."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from staff.access import roles_required
from staff.choices import Role, Theme
from staff.filters import AuditFilter
from staff.forms import CoverForm
from staff.models import AuditEvent, Cover
from staff.services import choose_language, choose_theme, end_cover, set_cover
from staff.tables import AuditTable, CappedPaginator

COVERS_SHOWN, COVERS_OVER_SHOWN = 200, 10


def safe_next(request):
    """Where to go back to: `next` of the form when it stays on this host, else the home page."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return "/"


@login_not_required
@require_POST
def language(request):
    """Switch the language; kept with the person when signed in, in a cookie before that."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return HttpResponse(_("Choose one of the languages offered."), status=400)
    response = redirect(safe_next(request))
    if request.user.is_authenticated:
        choose_language(user=request.user, language=code)
    translation.activate(code)
    response.set_cookie(
        "language", code, max_age=365 * 86400, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


@require_POST
def theme(request):
    """Switch between light, dark and the device's own colours."""
    choice = request.POST.get("theme", "")
    if choice not in Theme.values:
        return HttpResponse(_("Choose one of the colours offered."), status=400)
    choose_theme(user=request.user, theme=choice)
    return redirect(safe_next(request))


@require_safe
def profile(request):
    """Who am I here: name, number, role, branch, and whom I stand in for."""
    covers = request.user.covers.active(on=request.today).select_related("absent")
    return render(request, "staff/profile.html", {"covers": covers})


@require_safe
@roles_required(Role.MANAGER, Role.HEAD, Role.AUDITOR, Role.ADMIN)
def covers(request):
    """Who stands in for whom now and soon, and what was lately."""
    known = Cover.objects.visible_to(request.user).select_related("absent__branch", "substitute__branch")
    ahead = list(known.not_over(on=request.today)[:COVERS_SHOWN])
    for cover in ahead:
        cover.mine = request.user.role == Role.HEAD or (request.user.can_write and cover.absent_id == request.user.pk)
        cover.now = cover.starts_on <= request.today
    over = known.filter(ends_on__lt=request.today).order_by("-ends_on", "-pk")[:COVERS_OVER_SHOWN]
    return render(request, "staff/covers.html", {"ahead": ahead, "over": over})


@require_http_methods(["GET", "POST"])
@roles_required(Role.MANAGER, Role.HEAD)
def cover_add(request):
    """Say who stands in: a manager for the own days off, a head for anybody of the branch."""
    initial = {"starts_on": request.today, "ends_on": request.today}
    form = CoverForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            cover = set_cover(**form.cleaned_data, by=request.user, on=request.today)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            text = _("%(substitute)s stands in for %(absent)s; it ends by itself.")
            messages.success(request, text % {"substitute": cover.substitute, "absent": cover.absent})
            return redirect("staff:covers")
    back = reverse("staff:covers")
    context = {
        "form": form,
        "page_title": _("Set a cover"),
        "page_question": _("Who looks after the customers while somebody is away?"),
        "submit_label": _("Set"),
        "cancel_url": back,
        "back_url": back,
        "back_label": _("Covers"),
    }
    return render(request, "forms/page.html", context, status=422 if form.is_bound else 200)


@require_POST
@roles_required(Role.MANAGER, Role.HEAD)
def cover_end(request, cover_id):
    """End a cover today; one that has not begun is taken away."""
    known = Cover.objects.visible_to(request.user).select_related("absent", "substitute")
    if request.user.role == Role.MANAGER:
        known = known.filter(absent=request.user)
    cover = get_object_or_404(known, pk=cover_id)
    end_cover(cover=cover, by=request.user, on=request.today)
    messages.success(request, _("The cover has ended."))
    return redirect("staff:covers")


@require_safe
@roles_required(Role.AUDITOR, Role.ADMIN)
def audit(request):
    """The trail of what was done: by whom, when, on what."""
    chosen = AuditFilter(request.GET, queryset=AuditEvent.objects.select_related("actor"))
    table = AuditTable(chosen.qs)
    RequestConfig(request, paginate={"per_page": 50, "paginator_class": CappedPaginator}).configure(table)
    template = "tables/_list.html" if request.htmx and not request.htmx.boosted else "staff/audit.html"
    return render(request, template, {"filter": chosen, "table": table})


@login_not_required
@require_safe
def livez(request):
    """The process answers; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request):
    """Ready to serve: the database answers and no migration is missing; 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return HttpResponse("migrations are missing", status=503, content_type="text/plain")
    except OperationalError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


def password_changed(request):
    """After a change of password: say so and go home."""
    messages.success(request, _("Your password has been changed."))
    return redirect("staff:profile")
