from __future__ import annotations

from django.urls import path

from portal.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.notice_list, name="list"),
    path("unread/", views.notice_unread, name="unread"),
    path("read/", views.notice_read, name="read"),
    path("settings/", views.notice_settings, name="settings"),
    path("follow/", views.notice_follow, name="follow"),
    path("<int:pk>/", views.notice_open, name="open"),
]
