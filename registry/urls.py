"""The Network Registry of one account, below /a/<account>/network-registry/."""

from __future__ import annotations

from django.urls import path

from registry.views import dialogues, gate, landing, playground
from registry.views.application_profiles import listing as application_listing
from registry.views.application_profiles import page as application_page
from registry.views.application_profiles import wizard as application_wizard
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
    path("application-profiles/", application_listing.application_list, name="application_profiles"),
    path(
        "application-profiles/new/", application_listing.application_start, name="application_profile_start"
    ),
    path(
        "business-profiles/<int:pk>/application-profiles/new/",
        application_wizard.application_new,
        name="application_profile_new",
    ),
    path("application-profiles/<int:pk>/", application_page.application_profile, name="application_profile"),
    path(
        "application-profiles/<int:pk>/copy/",
        application_wizard.application_copy,
        name="application_profile_copy",
    ),
    path(
        "application-profiles/<int:pk>/compare/",
        application_page.application_compare,
        name="application_profile_compare",
    ),
    path(
        "application-profiles/<int:pk>/withdraw/",
        application_page.application_withdraw,
        name="application_profile_withdraw",
    ),
    path(
        "application-profiles/<int:pk>/delete/",
        application_page.application_delete,
        name="application_profile_delete",
    ),
    path("cases/<int:pk>/answer/", dialogues.case_answer, name="case_answer"),
    path("why/", gate.why, name="why"),
    path("why/answers/", gate.gate_answers, name="gate_answers"),
    path("applications/<int:pk>/playground/", playground.playground, name="playground"),
    path("playground/<int:pk>/remove/", playground.playground_remove, name="playground_remove"),
]
