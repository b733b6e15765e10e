"""The Network Registry of one account, below /a/<account>/network-registry/."""

from __future__ import annotations

from django.urls import path

from registry.views import landing
from registry.views.business import changes, listing, page, supplement, wizard

app_name = "registry"
urlpatterns = [
    path("", landing.landing, name="landing"),
    path("business-profiles/", listing.business_list, name="business_profiles"),
    path("business-profiles/new/", wizard.business_new, name="business_new"),
    path("business-profiles/<int:pk>/", page.business_profile, name="business_profile"),
    path("business-profiles/<int:pk>/change/", changes.change_start, name="change_start"),
    path("business-profiles/<int:pk>/withdraw/", page.business_withdraw, name="business_withdraw"),
    path("business-profiles/<int:pk>/delete/", page.business_delete, name="business_delete"),
    path("business-profiles/<int:pk>/consent/", page.consent_withdraw, name="consent_withdraw"),
    path("business-profiles/<int:pk>/disclosures/", page.disclosures, name="disclosures"),
    path("business-profiles/<int:pk>/questions/", supplement.supplement, name="business_questions"),
    path("changes/<int:pk>/", changes.change, name="change"),
    path("changes/<int:pk>/edit/", wizard.change_edit, name="change_edit"),
    path("changes/<int:pk>/withdraw/", changes.change_withdraw, name="change_withdraw"),
]
