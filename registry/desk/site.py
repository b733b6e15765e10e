"""What /operators/ shows."""

from __future__ import annotations

from registry.desk.cases import CaseAdmin
from registry.desk.checks import CheckAdmin, DecisionAdmin
from registry.desk.door import operator_site
from registry.models import Case, Decision, VettingCheck

operator_site.register(Case, CaseAdmin)
operator_site.register(VettingCheck, CheckAdmin)
operator_site.register(Decision, DecisionAdmin)

__all__ = ["operator_site"]
