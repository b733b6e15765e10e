"""Drafts of one account, below /a/<account>/drafts/."""

from __future__ import annotations

from django.urls import path

from portal.drafts import views

app_name = "drafts"
urlpatterns = [
    path("save/", views.save, name="save"),
    path("<int:pk>/discard/", views.discard, name="discard"),
]
