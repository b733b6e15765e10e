"""Pages of a person, below /me/."""

from __future__ import annotations

from django.urls import path

from portal.accounts.views import me

app_name = "accounts"
urlpatterns = [
    path("start/", me.start, name="start"),
    path("profile/", me.profile, name="profile"),
    path("invitations/<str:token>/", me.invitation, name="invitation"),
]
