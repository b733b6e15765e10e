"""Each kind of error of the document, met where it happens, and what is read of it without JavaScript."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from tests.contract.errors import KINDS
from tests.contract.operations import BY_NAME
from tests.outbox.conftest import Desk, desk
from tests.people import People, browser_of
from tests.tendlc.error_cases import CASES, met, wanting, words

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
__all__ = ["desk"]


def test_every_kind_of_the_document_has_a_case() -> None:
    assert set(CASES) == {kind.fragment for kind in KINDS}
    assert [each for each, case in CASES.items() if each not in BY_NAME[case.operation].errors] == []


@pytest.mark.parametrize("fragment", CASES)
def test_error_is_read_in_words_with_its_next_step(
    fragment: str, people: People, desk: Desk, settings: Settings
) -> None:
    settings.OUTBOX_SETTLE_SECONDS = 180  # what is in doubt stays so for as long as this is looked at
    found, browser = met(desk, fragment), browser_of(people.member)
    read = {page: words(browser.get(page, follow=True).content.decode()) for page in found.pages}
    assert wanting(fragment, found, read) == []
