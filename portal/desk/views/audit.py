"""What people did in the account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.context import ScopedRequest, scoped
from portal.accounts.enums import Capability
from portal.desk.filters import AuditFilter
from portal.history.queries import audit_entries, differences
from portal.records.paging import keyset_page
from portal.web.htmx import wants_fragment


@require_safe
@scoped(Capability.SEE_AUDIT)
def audit(request: ScopedRequest) -> HttpResponse:
    """Filtered by what is in the URL; a filter that cannot be read is said so and narrows to nothing."""
    entries = audit_entries(request.scope)
    wanted = AuditFilter(request.GET, entries=entries)
    found = wanted.qs if wanted.form.is_valid() else entries.none()
    page = keyset_page(found, order="-at", token=request.GET.get("after", ""))
    context = {
        "form": wanted.form,
        "page": page,
        "rows": [(entry, differences(entry)) for entry in page.rows],
        "filtered": any(wanted.form.cleaned_data.values()) if wanted.form.is_valid() else True,
    }
    return render(request, "desk/_audit_list.html" if wants_fragment(request) else "desk/audit.html", context)
