from __future__ import annotations

import logging

import pytest

from portal.vonage.redaction import RedactingFilter, redact, token


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Basic YWJjZDEyMzQ6c2VjcmV0", "YWJjZDEyMzQ6c2VjcmV0"),
        ("Authorization: Bearer eyJhbGciOi.J9.x", "eyJhbGciOi"),
        ("api_secret=Sup3rS3cret&x=1", "Sup3rS3cret"),
        ('{"api_secret": "Sup3r S3cret", "x": 1}', "Sup3r S3cret"),
        ("{'vetting_token': 'abc'}", "abc"),
        ("redis://:hunter2@127.0.0.1:6379/0", "hunter2"),
        ("postgresql://portal:hunter2@db/portal", "hunter2"),
        ("mail to jane.doe+x@example.co.uk failed", "jane.doe"),
        ("EIN 20-1111111 exists", "1111111"),
        ("GET /v1/10dlc/brands/B/campaigns/C/numbers/14155550110", "14155550110"),
        ("phone +15556660001.", "15556660001"),
    ],
)
def test_secrets_and_personal_data_are_masked(text: str, secret: str) -> None:
    assert secret not in redact(text)
    assert "***" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "POST /v1/10dlc/brands status=201 result=201 ms=120 instance=797a8f199c45014ab7b08bfe9cc1c12c",
        "worker started at 2026-11-21 20:31:02",
        "operation 42 of brand 7 applied",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


def test_filter_masks_arguments_too(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tests.redaction")
    caplog.handler.addFilter(RedactingFilter())
    caplog.set_level(logging.INFO)

    logger.info("asked %s with %r", "jane@example.com", {"api_secret": "Sup3r"})

    assert "jane" not in caplog.text
    assert "Sup3r" not in caplog.text


@pytest.mark.parametrize(
    ("value", "clean"), [("797a\r\nX: y", "797aX:y"), (None, ""), (7, ""), ("x" * 200, "x" * 100)]
)
def test_foreign_identifier_becomes_one_short_word(value: object, clean: str) -> None:
    assert token(value) == clean
