"""Reads around Vonage applications: what there is, which profiles and keys may be used, who uses a key."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.accounts.models import ApiKey
from portal.accounts.queries import usable_api_keys
from portal.accounts.scope import Scope
from portal.records.search import words_of
from registry.enums import Access, Activity, ApplicationState, DecisionState
from registry.models import ApplicationProfile, ApplicationStanding, Decision, NetworkApplication
from registry.wire import NETWORK_APIS

# What counts as using network features: linked here or about to be, or carrying the capability at Vonage, whoever
# switched it on.
ENABLED = (
    ~Q(access="")
    | Q(state=ApplicationState.CHANGING, wished__access__in=Access.values)
    | Q(**{f"raw__capabilities__{NETWORK_APIS}__isnull": False})
)
NOT_THERE = (ApplicationState.DELETED, ApplicationState.REFUSED)


def applications(scope: Scope) -> QuerySet[NetworkApplication]:
    rows = NetworkApplication.objects.select_related(
        "api_key", "client", "application_profile__business_profile", "application_profile__standing"
    )
    return scope.rows(rows)


def application_search(rows: QuerySet[NetworkApplication], words: str) -> QuerySet[NetworkApplication]:
    for word in words_of(words):
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(remote_id__iexact=word)
            | Q(application_profile__name__icontains=word)
            | Q(remote_network_application_id__iexact=word)
        )
    return rows


def usable_keys(scope: Scope) -> QuerySet[ApiKey]:
    """Keys that a form may offer: active, with a secret, entered for this host."""
    return usable_api_keys(scope, settings.VONAGE_API_URL)


def profiles(scope: Scope) -> QuerySet[ApplicationProfile]:
    """Application profiles that are in use: neither withdrawn nor deleted, nor is their business profile."""
    rows = ApplicationProfile.objects.select_related("business_profile", "client", "api_key", "standing")
    gone = Q(standing__deleted_at__isnull=False) | Q(standing__withdrawn_at__isnull=False)
    gone |= Q(business_profile__deleted_at__isnull=False) | Q(business_profile__withdrawn_at__isnull=False)
    return scope.rows(rows).exclude(gone)


def accepted_profiles(scope: Scope, *, kept: int | None = None) -> QuerySet[ApplicationProfile]:
    """Profiles that Production may be linked to: one operator at least accepts both levels, in force now.

    `kept` is a link that is there: a key must be replaceable while every operator has suspended the profile.
    """
    rows = profiles(scope).filter(Q(_ACCEPTED_SOMEWHERE) | Q(pk=kept))
    return rows.order_by("business_profile__name", "name", "pk")


_IN_FORCE = {"is_latest": True, "state": DecisionState.ACCEPTED, "activity": Activity.ACTIVE}
_BUSINESS_ACCEPTED = Decision.objects.filter(
    business_profile=OuterRef("business_profile"),
    operator=OuterRef("operator"),
    application_profile=None,
    **_IN_FORCE,
)
_ACCEPTED_SOMEWHERE = Exists(
    Decision.objects.filter(Exists(_BUSINESS_ACCEPTED), application_profile=OuterRef("pk"), **_IN_FORCE)
)


def needs_redirect_uri(profile: ApplicationProfile) -> bool:
    """Whether a feature of the profile sends people to a page and back."""
    return profile.features.filter(feature__needs_redirect_uri=True).exists()


def may_use(profile: ApplicationProfile, api_key: ApiKey) -> bool:
    """Whether the key owns the profile or is assigned to it."""
    return (
        profile.api_key_id == api_key.pk
        or profile.assigned_keys.filter(api_key=api_key, account_id=profile.account_id).exists()
    )


def uses_of(api_key: ApiKey) -> QuerySet[NetworkApplication]:
    """Every application of a key with the capability enabled: on any profile, in the Playground, or unlinked."""
    mine = NetworkApplication.objects.filter(account_id=api_key.account_id, api_key=api_key, gone_at=None)
    return mine.filter(ENABLED).exclude(state__in=NOT_THERE).select_related("application_profile", "client")


def network_application_id(access: str, profile_id: int | None) -> str:
    """What Vonage calls the profile, or the Playground; "" while nobody has told us."""
    if access == Access.PLAYGROUND:
        return str(settings.REGISTRY_PLAYGROUND_APPLICATION_ID)
    standing = ApplicationStanding.objects.filter(profile_id=profile_id).first()
    return standing.network_application_id if standing else ""


def profile_behind(account_id: int, network_application_id: str) -> ApplicationProfile | None:
    """The profile of an account that Vonage knows under this id."""
    if not network_application_id:
        return None
    standings = ApplicationStanding.objects.filter(
        account_id=account_id, network_application_id=network_application_id
    )
    standing = standings.select_related("profile__client").first()
    return standing.profile if standing else None


def sibling_keys(scope: Scope, profile: ApplicationProfile) -> QuerySet[ApiKey]:
    """The keys of the owner's Vonage account beside the owner; those without a secret can be assigned too.

    A customer of the portal may hold keys of several Vonage accounts. Source: the guide, "Using Multiple API Keys".
    """
    primary = profile.api_key.primary_account_key
    same = Q(is_primary=True, key=primary) | Q(is_primary=False, primary_key=primary)
    keys = ApiKey.objects.filter(same, account=scope.account, is_active=True)
    return keys.exclude(pk=profile.api_key_id).order_by("label", "key")
