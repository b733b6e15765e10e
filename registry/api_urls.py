"""Addresses for programs, below /api/v1/; whatever is not there is said in JSON, too."""

from __future__ import annotations

from django.urls import path, re_path

from registry import api

app_name = "api"
urlpatterns = [
    path("gate", api.gate, name="gate"),
    re_path("", api.not_found),
]
