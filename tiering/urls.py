"""URLs of tiering."""

from django.urls import path

from tiering.views.dashboard import Dashboard
from tiering.views.explanation import explanation, movements

app_name = "tiering"
urlpatterns = [
    path("", Dashboard.as_view(), name="dashboard"),
    path("movements/", movements, name="movements"),
    path("customers/<uuid:public_id>/", explanation, name="explanation"),
]
