"""The product's table of contents: one line a room."""

from django.contrib import admin
from django.urls import include, path

from staff.views import livez, readyz

urlpatterns = [
    path("", include("care.urls")),
    path("customers/", include("customers.urls")),
    path("tiering/", include("tiering.urls")),
    path("visits/", include("visits.urls")),
    path("proposals/", include("proposals.urls")),
    path("jobs/", include("jobs.urls")),
    path("staff/", include("staff.urls")),
    path("accounts/", include("staff.accounts_urls")),
    path("admin/", admin.site.urls),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
