"""Addresses of Network Registry pages, below /a/<account>/network-registry/."""

from __future__ import annotations

from django.urls import path

from registry.views import gate, playground

app_name = "registry"
urlpatterns = [
    path("why/", gate.why, name="why"),
    path("why/answers/", gate.gate_answers, name="gate_answers"),
    path("applications/<int:pk>/playground/", playground.playground, name="playground"),
    path("playground/<int:pk>/remove/", playground.playground_remove, name="playground_remove"),
]
