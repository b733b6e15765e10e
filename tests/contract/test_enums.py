from __future__ import annotations

import pytest

from tendlc import enums
from tests.contract import values


@pytest.mark.parametrize(
    ("choices", "documented"),
    [
        (enums.EntityType, values.ENTITY_TYPES),
        (enums.AltBusinessIdType, values.ALT_BUSINESS_ID_TYPES),
        (enums.UseCase, values.USE_CASES),
        (enums.Vertical, values.VERTICALS),
        (enums.StockExchange, (values.NO_EXCHANGE, *values.EXCHANGES)),
    ],
)
def test_choices_are_the_documented_values_in_the_documented_order(
    choices: type[enums.UseCase], documented: tuple[str, ...]
) -> None:
    assert tuple(choices.values) == documented
    assert all(str(label) for label in choices.labels)
    assert len({str(label) for label in choices.labels}) == len(documented)
