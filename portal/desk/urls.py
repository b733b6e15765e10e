"""The desk of one account, at the top of /a/<account>/."""

from __future__ import annotations

from django.urls import path

from portal.desk.views import audit, home, search

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("audit/", audit.audit, name="audit"),
]
