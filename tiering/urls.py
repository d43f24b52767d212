"""URLs of tiering."""

from django.urls import path

from tiering.views.dashboard import Dashboard

app_name = "tiering"
urlpatterns = [
    path("", Dashboard.as_view(), name="dashboard"),
]
