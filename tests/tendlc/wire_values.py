"""Any JSON there is, and two bodies in the documented form."""

from __future__ import annotations

from hypothesis import HealthCheck
from hypothesis import settings as examples
from hypothesis import strategies as st

from tendlc import wire
from tendlc.enums import UseCase, Vertical

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["true,", "0001-01-01 00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1e400", "NaN"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)
FIELDS = sorted(
    {
        name
        for kind in (
            wire.Brand,
            wire.Campaign,
            wire.MnoMetadata,
            wire.NumberLink,
            wire.Vetting,
            wire.Qualification,
        )
        for name in kind.__slots__
    }
    | {
        "categories",
        "fields",
        "_embedded",
        "brands",
        "total_items",
        "att_tpm",
        "tmo_brand_tier",
        "att_msg_class",
    }
)

PATIENT = examples(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

BRAND = {
    "account_id": "abcd1234",
    "entity_type": "PRIVATE_PROFIT",
    "display_name": "Example",
    "company_name": "Example Inc.",
    "ein": "201111111",
    "phone": "+1 (555) 666-0001",
    "street": "23 Main Street",
    "city": "Holmdel",
    "state": "NJ",
    "postal_code": "07733",
    "country": "us",
    "email": "desk@example.com",
    "website": "https://example.com",
}
CAMPAIGN = {
    "account_id": "abcd1234",
    "use_case": UseCase.TWO_FACTOR,
    "vertical": Vertical.TECHNOLOGY,
    "description": "User notifications",
}
