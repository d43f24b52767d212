"""/customers/ — who they are, whom they know, what they hold."""

from django.urls import path

from customers.views import customers, file, imports, panels, verbs
from customers.views.pick import pick

app_name = "customers"
urlpatterns = [
    path("", customers.CustomerList.as_view(), name="list"),
    path("search/", customers.search, name="search"),
    path("add/", customers.CustomerAdd.as_view(), name="add"),
    path("pick/", pick, name="pick"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/upload/", imports.import_upload, name="import_upload"),
    path("imports/<uuid:public_id>/", imports.import_detail, name="import_detail"),
    path("imports/<uuid:public_id>/rejected/", imports.import_rejected, name="import_rejected"),
    path("needs/<uuid:public_id>/<slug:status>/", verbs.need_status, name="need_status"),
    # /customers/<uuid>/
    path("<uuid:public_id>/", customers.CustomerDetail.as_view(), name="detail"),
    path("<uuid:public_id>/edit/", customers.CustomerEdit.as_view(), name="edit"),
    path("<uuid:public_id>/file/", file.file, name="file"),
    path("<uuid:public_id>/file/<slug:section>/", file.SectionEdit.as_view(), name="file_section"),
    path("<uuid:public_id>/file/<slug:section>/confirm/", file.fact_confirm, name="fact_confirm"),
    path("<uuid:public_id>/reveal/<slug:column>/", customers.reveal, name="reveal"),
    path("<uuid:public_id>/holdings/", panels.holdings, name="holdings"),
    path("<uuid:public_id>/cash-flows/", panels.cash_flows, name="cash_flows"),
    path("<uuid:public_id>/history/", panels.history, name="history"),
    path("<uuid:public_id>/relations/", panels.relations, name="relations"),
    path("<uuid:public_id>/relations/add/", verbs.RelationAdd.as_view(), name="relation_add"),
    path("<uuid:public_id>/relations/<int:relation_id>/remove/", verbs.relation_remove, name="relation_remove"),
    path(
        "<uuid:public_id>/relations/<uuid:related_id>/<slug:kind>/restore/",
        verbs.relation_restore,
        name="relation_restore",
    ),
    path("<uuid:public_id>/needs/", panels.needs, name="needs"),
    path("<uuid:public_id>/needs/add/", verbs.NeedAdd.as_view(), name="need_add"),
]
