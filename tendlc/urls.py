"""Addresses of 10DLC pages, below /a/<account>/10dlc/."""

from __future__ import annotations

from django.urls import path

from tendlc.views import brands, campaigns, many, number_page, numbers, owned_numbers, use_cases

app_name = "tendlc"
urlpatterns = [
    path("brands/", brands.brands, name="brands"),
    path("brands/new/", brands.brand_new, name="brand_new"),
    path("brands/<int:pk>/", brands.brand, name="brand"),
    path("brands/<int:pk>/again/", brands.brand_again, name="brand_again"),
    path("brands/<int:pk>/sync/", brands.brand_sync, name="brand_sync"),
    path("brands/<int:pk>/use-cases/", use_cases.use_cases, name="use_cases"),
    path("brands/<int:pk>/use-cases/<str:use_case>/", use_cases.use_case, name="use_case"),
    path("brands/<int:pk>/campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/start/", campaigns.campaign_start, name="campaign_start"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/again/", campaigns.campaign_again, name="campaign_again"),
    path("campaigns/<int:pk>/sync/", campaigns.campaign_sync, name="campaign_sync"),
    path("campaigns/<int:pk>/numbers/", numbers.numbers_link, name="numbers_link"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("vettings/", many.vettings, name="vettings"),
    path("lists/<str:thing>/export/", many.export, name="export"),
    path("lists/<str:thing>/many/", many.many, name="many"),
    path("numbers/owned/", owned_numbers.owned_numbers, name="owned_numbers"),
    path("numbers/owned/read/", owned_numbers.owned_read, name="owned_read"),
    path("numbers/<int:pk>/", number_page.number, name="number"),
    path("numbers/<int:pk>/unlink/", number_page.number_unlink, name="number_unlink"),
    path("numbers/<int:pk>/sync/", numbers.number_sync, name="number_sync"),
]
