from __future__ import annotations

import pytest

from portal.web.logs import mask_secret_paths


@pytest.mark.parametrize(
    "path", ["/me/invitations/s3cret/", "/me/password/reset/key/1-s3cret/", "/me/confirm-email/s3cret/"]
)
def test_addresses_that_are_keys_do_not_reach_the_log(path: str) -> None:
    event = mask_secret_paths(None, "", {"request": f"GET {path}", "code": 200})
    assert "s3cret" not in str(event)
    assert event["code"] == 200
