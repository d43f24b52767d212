"""Profile, language, colours, the audit trail, and the health answers for whoever watches the servers."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from staff.access import roles_required
from staff.choices import Role, Theme
from staff.filters import AuditFilter
from staff.models import AuditEvent
from staff.services import choose_language, choose_theme
from staff.tables import AuditTable


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
@roles_required(Role.AUDITOR, Role.ADMIN)
def audit(request):
    """The trail of what was done: by whom, when, on what."""
    chosen = AuditFilter(request.GET, queryset=AuditEvent.objects.select_related("actor"))
    table = AuditTable(chosen.qs)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
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
