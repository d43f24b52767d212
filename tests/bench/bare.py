"""The URLs of the product and one page more, which pages are measured by: signed in, and nothing but the frame."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from config.urls import *  # noqa: F403  handlers and all
from config.urls import urlpatterns as product

PATH = "/bench/bare/"


@login_required
def bare(request):
    """Nothing but the frame."""
    return HttpResponse(engines["django"].from_string("{% extends 'base.html' %}").render({}, request))


urlpatterns = [path(PATH.lstrip("/"), bare), *product]
