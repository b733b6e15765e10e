"""A client for one API key that keeps to the limiter: reads wait their turn, writes were let go by the engine."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Mapping

from portal.accounts.models import ApiKey
from portal.outbox import health
from portal.vonage.factory import client_from_settings, limiter_from_settings
from portal.vonage.hosts import Family
from portal.vonage.http import Answer, ApiClient, Method
from portal.vonage.limiter import Kind, Limiter
from portal.vonage.problems import Throttled, VonageError

# A read waits this long for its turn in one go; longer is a pause, and pauses are waited out in the database.
PATIENCE_SECONDS = 5.0


@functools.cache
def limiter() -> Limiter:
    """The limiter of this process, made at first use."""
    return limiter_from_settings()


class PacedClient(ApiClient):
    """Puts limiter and health of the key in front of a client; used wherever a client is expected.

    `reads` is "sweep" for what nobody waits for: it lets people's reads go first.
    """

    def __init__(self, api: ApiClient, api_key: ApiKey, reads: Kind = "read") -> None:
        self._api = api
        self._api_key = api_key
        self._pace = reads

    def __repr__(self) -> str:
        return f"<PacedClient {self._api!r}>"

    def close(self) -> None:
        self._api.close()

    def at(self, family: Family) -> ApiClient:
        """Another family of the same key keeps to the same limiter."""
        return PacedClient(self._api.at(family), self._api_key, self._pace)

    def call(
        self,
        method: Method,
        template: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Answer:
        """As the client's own. Raises Paused, without a call, while the key is paused."""
        if method == "GET":
            self._wait_for_turn()
        health.stop_while_paused(self._api_key, is_write=method != "GET")
        try:
            answer = self._api.call(method, template, ids=ids, query=query, body=body)
        except Throttled as pause:
            seconds = pause.retry_after or 30
            limiter().slow_down(self._api_key.key, seconds)
            health.throttled(self._api_key, seconds)
            raise
        except VonageError as error:
            if pause_seconds := health.failed(self._api_key, error):
                limiter().pause(self._api_key.key, pause_seconds)
            raise
        health.worked(self._api_key)
        return answer

    def _wait_for_turn(self) -> None:
        """Raises Throttled, without a call, when the key is paused or its turn is far away."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (wait := limiter().acquire(self._api_key.key, self._pace)) > 0:
            if time.monotonic() + wait > deadline:
                raise Throttled(reason="waiting_for_turn", retry_after=math.ceil(wait))
            time.sleep(wait)


def open_api(api_key: ApiKey, reads: Kind = "read") -> ApiClient:
    """A client for a key. Raises WrongHost when the key was entered for another host than the configured one."""
    api = client_from_settings(api_key.key, api_key.secret, entered_for=api_key.host)
    return PacedClient(api, api_key, reads)
