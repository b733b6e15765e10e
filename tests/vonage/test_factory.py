from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from portal.vonage.factory import client_from_settings, limiter_from_settings
from portal.vonage.limiter import SharedLimiter
from portal.vonage.problems import WrongHost


def test_client_takes_host_and_timeouts_from_the_settings(settings: object) -> None:
    settings.VONAGE_API_URL = "http://127.0.0.1:8010"  # type: ignore[attr-defined]
    settings.VONAGE_WRITE_TIMEOUT = 7.0  # type: ignore[attr-defined]

    client = client_from_settings("abcd1234", "secret", entered_for="http://127.0.0.1:8010")

    assert client.base_url == "http://127.0.0.1:8010"
    assert client.timeouts.write == 7.0


def test_client_refuses_a_key_that_was_entered_for_another_host(settings: object) -> None:
    settings.VONAGE_API_URL = "https://api-eu.vonage.com"  # type: ignore[attr-defined]

    with pytest.raises(WrongHost):
        client_from_settings("abcd1234", "secret", entered_for="http://127.0.0.1:8010")


def test_limiter_is_shared_where_there_is_a_redis(settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"  # type: ignore[attr-defined]

    assert isinstance(limiter_from_settings(), SharedLimiter)


def test_plain_http_goes_to_a_simulator_elsewhere_only_where_it_is_one(settings: Settings) -> None:
    """In containers the simulator has a host name of its own; nothing else is called without TLS."""
    settings.VONAGE_API_URL = "http://simulator:8010"
    with pytest.raises(WrongHost):
        client_from_settings("key", "secret", entered_for="http://simulator:8010")
    settings.SIMULATOR_URL = "http://simulator:8010"
    assert (
        client_from_settings("key", "secret", entered_for="http://simulator:8010").origin.host == "simulator"
    )
