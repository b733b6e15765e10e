"""The one place where this package reads settings."""

from __future__ import annotations

from django.conf import settings

from portal.vonage.hosts import origin_of, require_same_origin
from portal.vonage.http import ApiClient, Timeouts
from portal.vonage.limiter import Limiter, LocalLimiter, Rates, SharedLimiter
from portal.vonage.problems import WrongHost


def client_from_settings(api_key: str, api_secret: str, *, entered_for: str) -> ApiClient:
    """A client for the configured host; raises WrongHost if the key was entered for another one."""
    return _client(settings.VONAGE_API_URL, api_key, api_secret, entered_for=entered_for)


def numbers_client_from_settings(api_key: str, api_secret: str, *, entered_for: str) -> ApiClient:
    """A client for the Numbers API, which is a sibling host of the configured one.

    Raises WrongHost for a key entered for another host than the configured one, and where that has no sibling.
    """
    require_same_origin(entered_for, origin_of(settings.VONAGE_API_URL))
    sibling = numbers_url()
    if not sibling:
        raise WrongHost(reason="no_sibling")
    return _client(sibling, api_key, api_secret, entered_for=sibling)


def numbers_url() -> str:
    """Where the Numbers API of the configured host is; "" where nobody said so."""
    own = settings.VONAGE_API_URL if settings.DEMO else ""
    sibling: str = settings.VONAGE_NUMBERS_HOSTS.get(settings.VONAGE_API_URL, own)
    return sibling


def _client(base_url: str, api_key: str, api_secret: str, *, entered_for: str) -> ApiClient:
    return ApiClient(
        base_url,
        api_key,
        api_secret,
        entered_for=entered_for,
        plain_allowed=settings.DEMO and base_url == settings.SIMULATOR_URL,
        trust_env=settings.VONAGE_TRUST_ENV,
        timeouts=Timeouts(
            connect=settings.VONAGE_CONNECT_TIMEOUT,
            read=settings.VONAGE_READ_TIMEOUT,
            write=settings.VONAGE_WRITE_TIMEOUT,
            total_read=min(2 * settings.VONAGE_READ_TIMEOUT, settings.VONAGE_TOTAL_TIMEOUT),
            total_write=settings.VONAGE_TOTAL_TIMEOUT,
        ),
    )


def limiter_from_settings() -> Limiter:
    """The limiter all processes share; without a Redis at all, a cautious one for this process."""
    rates = Rates(read=settings.VONAGE_READS_PER_SECOND, write=settings.VONAGE_WRITES_PER_SECOND)
    if not settings.REDIS_URL:
        return LocalLimiter(rates.halved())
    return SharedLimiter(settings.REDIS_URL, rates)
