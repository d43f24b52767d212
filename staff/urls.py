"""/staff/ — the audit trail."""

from django.urls import path

from staff import views

app_name = "staff"
urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
]
