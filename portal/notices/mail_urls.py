"""Pages that a mail leads to without signing in."""

from __future__ import annotations

from django.urls import path

from portal.notices import views

app_name = "mail"

urlpatterns = [path("<str:token>/", views.unsubscribe, name="unsubscribe")]
