from __future__ import annotations

from django.urls import path

from portal.outbox import batch_views, views

app_name = "outbox"
urlpatterns = [
    path("", views.operations, name="operations"),
    path("pauses/", views.pauses_in_force, name="pauses"),
    path("export/", views.operations_export, name="operations_export"),
    path("batches/", batch_views.batches, name="batches"),
    path("batches/new/<str:kind>/", batch_views.batch_new, name="batch_new"),
    path("batches/<int:pk>/", batch_views.batch, name="batch"),
    path("batches/<int:pk>/result/", batch_views.batch_result, name="batch_result"),
    path("<int:pk>/", views.operation, name="operation"),
    path("reads/<int:pk>/", views.inquiry, name="inquiry"),
    path("keys/<int:pk>/test/", views.key_test, name="key_test"),
    path("keys/<int:pk>/sync/", views.key_sync, name="key_sync"),
]
