"""/visits/ — visits, their calendar, and objections."""

from django.urls import path

from visits.views import calendar, objection, visit

app_name = "visits"
urlpatterns = [
    path("", visit.VisitList.as_view(), name="list"),
    path("calendar/", calendar.month, name="calendar"),
    path("add/", visit.add, name="add"),
    path("log/", visit.log, name="log"),
    # /visits/objections/
    path("objections/", objection.ObjectionList.as_view(), name="objections"),
    path("objections/add/", objection.add, name="objection_add"),
    path("objections/<uuid:public_id>/", objection.detail, name="objection"),
    path("objections/<uuid:public_id>/edit/", objection.edit, name="objection_edit"),
    # /visits/<visit>/
    path("<uuid:public_id>/", visit.detail, name="detail"),
    path("<uuid:public_id>/edit/", visit.edit, name="edit"),
    path("<uuid:public_id>/prepare/", visit.tick, name="prepare"),
    path("<uuid:public_id>/record/", visit.record, name="record"),
    path("<uuid:public_id>/cancel/", visit.cancel, name="cancel"),
    path("<uuid:public_id>/reinstate/", visit.undo_cancel, name="reinstate"),
]
