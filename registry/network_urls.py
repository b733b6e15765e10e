"""Addresses of Vonage applications, below /a/<account>/applications/."""

from __future__ import annotations

from django.urls import path

from registry.views import keys
from registry.views import network_applications as applications

app_name = "applications"
urlpatterns = [
    path("", applications.applications, name="list"),
    path("new/", applications.application_new, name="new"),
    path("<int:pk>/", applications.application, name="application"),
    path("<int:pk>/change/", applications.application_change, name="change"),
    path("<int:pk>/disconnect/", applications.application_disconnect, name="disconnect"),
    path("<int:pk>/delete/", applications.application_delete, name="delete"),
    path("<int:pk>/sync/", applications.application_sync, name="sync"),
    path("keys/<int:pk>/sync/", applications.key_sync, name="key_sync"),
    path("keys/<int:pk>/subaccounts/", keys.subaccounts, name="subaccounts"),
    path("profiles/<int:pk>/keys/", keys.assign_keys, name="assign_keys"),
]
