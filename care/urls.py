"""/ — the work list; /followups/ — what was and is to be done; /care/ — how far it goes, and whom our time goes to."""

from django.urls import path

from care.views import attention, customer_file, followups, handover_sheet, ladder, moments, timeline, verbs, worklist

app_name = "care"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("followups/", followups.FollowUpList.as_view(), name="followups"),
    path("handovers/<uuid:public_id>/sheet/", handover_sheet.sheet, name="handover_sheet"),
    path("followups/managers/", followups.managers, name="managers"),
    path("followups/add/", verbs.add, name="add"),
    path("followups/complete/", verbs.complete, name="complete"),
    path("followups/snooze/", verbs.snooze, name="snooze"),
    path("followups/dismiss/", verbs.dismiss, name="dismiss"),
    path("followups/undo/<uuid:verb>/", verbs.undo, name="undo"),
    path("followups/of/<uuid:public_id>/", worklist.aside, name="aside"),
    path("timeline/", timeline.timeline_of, name="timeline"),
    path("mentions/", timeline.mentions, name="mentions"),
    path("care/ladder/", ladder.ladder, name="service_ladder"),
    path("care/ladder/<uuid:public_id>/", ladder.of_customer, name="service_ladder_of"),
    path("care/file/<uuid:public_id>/", customer_file.CustomerFile.as_view(), name="customer_file"),
    path("care/attention/", attention.attention, name="service_attention"),
    path("care/moments/", moments.moment_list, name="moments"),
]
