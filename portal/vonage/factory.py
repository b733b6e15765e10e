"""The one place where this package reads settings."""

from __future__ import annotations

from django.conf import settings

from portal.vonage.http import ApiClient, Timeouts
from portal.vonage.limiter import Limiter, LocalLimiter, Rates, SharedLimiter


def client_from_settings(api_key: str, api_secret: str, *, entered_for: str) -> ApiClient:
    """A client for the configured host; raises WrongHost if the key was entered for another one."""
    return ApiClient(
        settings.VONAGE_API_URL,
        api_key,
        api_secret,
        entered_for=entered_for,
        plain_allowed=settings.DEMO and settings.VONAGE_API_URL == settings.SIMULATOR_URL,
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
