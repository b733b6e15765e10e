"""What has to be said before something is done to many rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Client, User
from portal.accounts.queries import members_covering
from portal.accounts.scope import Scope
from tendlc.enums import UseCase


class UseCaseForm(forms.Form):
    value = forms.ChoiceField(label=_("Use case"), choices=UseCase.choices)

    def __init__(self, *args: Any, scope: Scope, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ClientForm(forms.Form):
    value = forms.ModelChoiceField(Client.objects.none(), label=_("Client"))

    def __init__(self, *args: Any, scope: Scope, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["value"]
        field.queryset = scope.clients()


class ResponsibleForm(forms.Form):
    """Only who sees all of the rows can be told of them."""

    value = forms.ModelChoiceField(User.objects.none(), label=_("Responsible"))

    def __init__(self, *args: Any, scope: Scope, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["value"]
        field.queryset = User.objects.filter(pk__in=members_covering(scope, rows)).order_by("name", "pk")


class NothingForm(forms.Form):
    """For what needs no more than a yes."""

    def __init__(self, *args: Any, scope: Scope, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
