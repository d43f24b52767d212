"""/staff/ — the audit trail."""

from django.urls import path

from staff import views

app_name = "staff"
urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("covers/", views.covers, name="covers"),
    path("covers/add/", views.cover_add, name="cover_add"),
    path("covers/<int:cover_id>/end/", views.cover_end, name="cover_end"),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
]
