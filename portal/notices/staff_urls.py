"""Pages for staff that belong to no account."""

from __future__ import annotations

from django.urls import path

from portal.notices import views

app_name = "staff"

urlpatterns = [
    path("mail/", views.mailbox_list, name="mailbox"),
    path("mail/<str:name>/", views.mailbox_mail, name="mail"),
]
