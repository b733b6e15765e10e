"""Profiles can be followed; how a followed one is found within a scope."""

from __future__ import annotations

from portal.notices.catalogue import register_object
from registry.queries.profiles import application_profiles, business_profiles

register_object(
    "registry.businessprofile",
    lookup=lambda scope, pk: business_profiles(scope).filter(pk=pk).first(),
    page="registry:business_profile",
)
register_object(
    "registry.applicationprofile",
    lookup=lambda scope, pk: application_profiles(scope).filter(pk=pk).first(),
    page="registry:application_profile",
)
