from __future__ import annotations

from django.urls import path

from portal.outbox import views

app_name = "outbox"
urlpatterns = [
    path("", views.operations, name="operations"),
    path("pauses/", views.pauses_in_force, name="pauses"),
    path("<int:pk>/", views.operation, name="operation"),
    path("reads/<int:pk>/", views.inquiry, name="inquiry"),
    path("keys/<int:pk>/test/", views.key_test, name="key_test"),
    path("keys/<int:pk>/sync/", views.key_sync, name="key_sync"),
]
