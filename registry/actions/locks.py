"""What people's acts on a profile hold until they are written: keys before cases before the standing.

An operator's answer holds its case and then writes to the standing, so nobody may reach for a case after that.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.accounts.models import ApiKey
from registry.models import ApplicationProfile, ApplicationStanding, BusinessProfile, Case


def locked_keys(pks: Iterable[int]) -> list[ApiKey]:
    """Hold keys until the transaction ends, always in the same order.

    Connecting and unassigning both begin here, so that neither decides on what the other is changing.
    """
    return list(ApiKey.objects.select_for_update().filter(pk__in=list(pks)).order_by("pk"))


def locked_standing(profile: ApplicationProfile) -> ApplicationStanding:
    """Hold where a profile stands: connecting to it, deleting it and withdrawing it wait for each other."""
    return ApplicationStanding.objects.select_for_update().get(profile=profile)


def locked_with_cases(profile: ApplicationProfile) -> ApplicationStanding:
    """The same, and every case of the profile: for whoever ends what operators decide on it."""
    list(profile.cases.select_for_update().order_by("pk"))
    return locked_standing(profile)


def locked_business(pk: int) -> BusinessProfile:
    """Hold a business profile and all its cases, in the order in which an operator's answer holds them.

    So nobody decides on a round while another takes its place. An answer's rows refer to the profile, which a
    lock of its key would keep waiting: hence the weaker one.
    """
    profile = BusinessProfile.objects.select_for_update(no_key=True).get(pk=pk)
    cases = Case.objects.select_for_update().filter(business_profile=profile).order_by("pk")
    list(cases.filter(application_profile=None))
    list(cases.exclude(application_profile=None))
    return profile
