"""The Django admin shows every table of the project, and lets staff change only what is theirs."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import RequestFactory
from django.urls import reverse

from portal.accounts.models import User
from registry.models.catalogue import CatalogueRow
from tests.builders import make_user
from tests.people import browser_of

Model = type[models.Model]
MODELS = sorted(
    (
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in ("portal", "registry", "tendlc")
    ),
    key=lambda model: model._meta.label,
)
# What staff keep: who may come in, what customers asked support to mend, and the lists of the registry.
KEPT = {
    "accounts.Account",
    "accounts.ApiKey",
    "accounts.Client",
    "accounts.User",
    "registry.Assignment",
    *(model._meta.label for model in MODELS if issubclass(model, CatalogueRow)),
}


# A pause is begun by adding it; once written it only ends.
ADDED = KEPT | {"outbox.Pause"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_in_the_admin_and_facts_are_read_only(model: Model) -> None:
    assert model in admin.site._registry, "register it, read-only where it holds facts"
    request = RequestFactory().get("/admin/")
    request.user = User(is_staff=True, is_superuser=True)
    page = admin.site._registry[model]
    assert page.has_view_permission(request)
    assert not page.has_delete_permission(request)
    assert page.has_change_permission(request) is (model._meta.label in KEPT)
    if model._meta.label not in ADDED:
        assert not page.has_add_permission(request)


@pytest.mark.django_db
def test_every_list_opens() -> None:
    browser = browser_of(make_user(is_staff=True, is_superuser=True))
    for model in MODELS:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert browser.get(reverse(name), {"q": "x"}).status_code in (200, 302), name
