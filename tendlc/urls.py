"""Addresses of 10DLC pages, below /a/<account>/10dlc/."""

from __future__ import annotations

from django.urls import path

from tendlc.views import (
    brand_acts,
    brand_edit,
    brands,
    campaigns,
    deadlines,
    importing,
    numbers,
    use_cases,
    vettings,
)

app_name = "tendlc"
urlpatterns = [
    path("brands/", brands.brands, name="brands"),
    path("brands/new/", brands.brand_new, name="brand_new"),
    path("brands/<int:pk>/", brands.brand, name="brand"),
    path("brands/<int:pk>/again/", brands.brand_again, name="brand_again"),
    path("brands/<int:pk>/sync/", brands.brand_sync, name="brand_sync"),
    path("brands/<int:pk>/edit/", brand_edit.brand_edit, name="brand_edit"),
    path("brands/<int:pk>/accept/", brand_edit.brand_accept, name="brand_accept"),
    path("brands/<int:pk>/delete/", brand_acts.brand_delete, name="brand_delete"),
    path("brands/<int:pk>/revet/", brand_acts.brand_revet, name="brand_revet"),
    path("brands/<int:pk>/vettings/new/", vettings.vetting_new, name="vetting_new"),
    path("brands/<int:pk>/vettings/import/", vettings.vetting_import, name="vetting_import"),
    path("brands/<int:pk>/vettings/catalogue/", vettings.vetting_catalogue, name="vetting_catalogue"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/<int:pk>/done/", deadlines.deadline_done, name="deadline_done"),
    path("import/<int:pk>/", importing.import_key, name="import_key"),
    path("import/<int:pk>/clients/", importing.import_clients, name="import_clients"),
    path("brands/<int:pk>/use-cases/", use_cases.use_cases, name="use_cases"),
    path("brands/<int:pk>/use-cases/compare/", use_cases.compare, name="use_cases_compare"),
    path("brands/<int:pk>/use-cases/<str:use_case>/", use_cases.use_case, name="use_case"),
    path("brands/<int:pk>/campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("brands/<int:pk>/campaigns/check/", campaigns.campaign_check, name="campaign_check"),
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/start/", campaigns.campaign_start, name="campaign_start"),
    path("campaigns/templates/", campaigns.templates, name="campaign_templates"),
    path("campaigns/templates/<int:pk>/", campaigns.template_use, name="template_use"),
    path("campaigns/templates/<int:pk>/remove/", campaigns.template_remove, name="template_remove"),
    path("campaigns/templates/start/<slug:key>/", campaigns.starter_use, name="starter_use"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/again/", campaigns.campaign_again, name="campaign_again"),
    path("campaigns/<int:pk>/comment/", campaigns.campaign_comment, name="campaign_comment"),
    path("campaigns/<int:pk>/copy/", campaigns.campaign_copy, name="campaign_copy"),
    path("campaigns/<int:pk>/template/", campaigns.template_save, name="template_save"),
    path("campaigns/<int:pk>/edit/", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:pk>/edit/check/", campaigns.campaign_edit_check, name="campaign_edit_check"),
    path("campaigns/<int:pk>/stop/", campaigns.campaign_stop, name="campaign_stop"),
    path("campaigns/<int:pk>/sync/", campaigns.campaign_sync, name="campaign_sync"),
    path("campaigns/<int:pk>/numbers/", numbers.numbers_link, name="numbers_link"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/<int:pk>/sync/", numbers.number_sync, name="number_sync"),
]
