from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Scope
from portal.notices import queries
from portal.notices.actions import answer_question
from portal.notices.catalogue import Message
from portal.notices.enums import Mail, Topic
from portal.notices.queries import Choice


class TopicChoice(forms.Form):
    """How a person wants to be told about one topic; an unanswered e-mail question stays unanswered."""

    in_portal = forms.BooleanField(label=_("Show it among my notices in the portal"), required=False)
    mail = forms.ChoiceField(
        label=_("E-mail"), choices=Mail.choices, widget=forms.RadioSelect, required=False
    )

    def __init__(self, data: Any, *, topic: Topic, kinds: Sequence[Message], choice: Choice) -> None:
        self.topic, self.kinds = topic, kinds
        initial = {"in_portal": choice.in_portal, "mail": choice.mail or None}
        super().__init__(data, prefix=topic, initial=initial)

    @property
    def choice(self) -> Choice:
        return Choice(self.cleaned_data["in_portal"], self.cleaned_data["mail"])


class MailQuestion(forms.Form):
    """What a submission asks: whether its news shall come by e-mail. Without a choice so far, nothing is preset."""

    notify = forms.ChoiceField(
        label=_("Do you want an e-mail when something changes?"),
        choices=Mail.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you want e-mails; “No e-mail” is an answer too.")},
    )

    def __init__(
        self, data: Any, *, scope: Scope, client_id: int, topics: Sequence[Topic], may_skip: bool = False
    ) -> None:
        self.scope, self.client_id, self.topics = scope, client_id, topics
        known = {queries.choice_of(scope, topic, client_id).mail for topic in topics}
        self.current = Mail(known.pop()) if len(known) == 1 and "" not in known else None
        super().__init__(data, initial={"notify": self.current})
        self.fields["notify"].required = not may_skip

    @property
    def is_settled(self) -> bool:
        """Whether the person gets mails already, so that the question may step back."""
        return self.current in (Mail.AT_ONCE, Mail.DAILY) and not self.errors

    def keep(self) -> None:
        """Store the answer, where one was given; saying the same again changes nothing."""
        if self.cleaned_data["notify"]:
            answer_question(self.scope, self.client_id, self.topics, self.cleaned_data["notify"])


class FollowChoice(forms.Form):
    """Follow one object, or stop."""

    object_type = forms.CharField(max_length=60)
    object_id = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    wanted = forms.BooleanField(required=False)
