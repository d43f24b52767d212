"""/ — the work list; /followups/ — what was and is to be done; /care/ — how far it goes, and whom our time goes to."""

from django.urls import path

from care.views import attention, followups, ladder, moments, verbs, worklist

app_name = "care"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("followups/", followups.FollowUpList.as_view(), name="followups"),
    path("followups/managers/", followups.managers, name="managers"),
    path("followups/add/", verbs.add, name="add"),
    path("followups/complete/", verbs.complete, name="complete"),
    path("followups/snooze/", verbs.snooze, name="snooze"),
    path("followups/dismiss/", verbs.dismiss, name="dismiss"),
    path("followups/undo/<uuid:verb>/", verbs.undo, name="undo"),
    path("followups/of/<uuid:public_id>/", worklist.aside, name="aside"),
    path("care/ladder/", ladder.ladder, name="service_ladder"),
    path("care/ladder/<uuid:public_id>/", ladder.of_customer, name="service_ladder_of"),
    path("care/attention/", attention.attention, name="service_attention"),
    path("care/moments/", moments.moment_list, name="moments"),
]
