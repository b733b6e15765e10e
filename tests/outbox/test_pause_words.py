"""Why the portal paused itself is said in the language of whoever reads it, not of the worker that found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from portal.outbox import installation, pauses
from portal.outbox.enums import PauseCause
from portal.outbox.models import Installation, Pause

pytestmark = pytest.mark.django_db
FOUND = "This database belongs to another installation. Nothing is sent from this copy."


@pytest.fixture
def german() -> Iterator[None]:
    """A catalogue that has the sentence."""
    catalogue = trans_real.translation("de")
    catalogue._catalog[FOUND] = "Fremde Datenbank."  # type: ignore[attr-defined]
    yield
    trans_real._translations.clear()  # type: ignore[attr-defined]


def test_a_pause_that_the_portal_set_is_told_in_the_readers_language(german: None) -> None:
    Installation.objects.create(pk=1, installation_id="the original")
    with translation.override("de"):
        assert not installation.is_ours()
    made = Pause.objects.get(cause=PauseCause.COPY)
    assert (made.reason, made.told) == (FOUND, FOUND)
    with translation.override("de"):
        assert made.told == "Fremde Datenbank."


def test_a_persons_own_words_stay_as_they_are(german: None) -> None:
    made = pauses.pause(FOUND)
    assert made is not None
    with translation.override("de"):
        assert made.told == FOUND
