"""/proposals/ — what was offered, and what became of it."""

from django.urls import path

from proposals import views

app_name = "proposals"
urlpatterns = [
    path("", views.proposal_list, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:public_id>/", views.detail, name="detail"),
    path("<uuid:public_id>/edit/", views.edit, name="edit"),
    path("<uuid:public_id>/check/", views.check, name="check"),
    path("<uuid:public_id>/present/", views.present, name="present"),
    path("<uuid:public_id>/take-back/", views.take_back, name="take_back"),
    path("<uuid:public_id>/accept/", views.accept, name="accept"),
    path("<uuid:public_id>/decline/", views.decline, name="decline"),
    path("<uuid:public_id>/discard/", views.discard, name="discard"),
    path("<uuid:public_id>/print/", views.print_view, name="print"),
    path("<uuid:public_id>/pdf/", views.pdf, name="pdf"),
]
