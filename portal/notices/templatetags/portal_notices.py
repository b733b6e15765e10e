"""The button with which a person follows the object of a page, and what was told of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models
from django.template.context import Context

from portal.history.actions import type_of
from portal.notices import catalogue, queries

register = template.Library()


@register.inclusion_tag("notices/_notice_follow.html", takes_context=True)
def follow_button(context: Context, obj: models.Model) -> dict[str, Any]:
    """`{% follow_button brand %}`: one query; the object's type must be registered in the catalogue."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "object_type": type_of(obj),
        "object_id": obj.pk,
        "next": request.get_full_path(),
        "following": queries.follow_of(request.scope, obj) is not None,
    }


TOLD = 10


@register.inclusion_tag("notices/_notice_told.html", takes_context=True)
def told_about(context: Context, obj: models.Model) -> dict[str, Any]:
    """`{% told_about brand %}`: what this person was told of the object and which e-mails left; two queries."""
    request = context["request"]
    rows = queries.feed(request.scope).filter(notice__object_type=type_of(obj), notice__object_id=obj.pk)
    told = [(row, catalogue.render(row.notice)) for row in rows.order_by("-pk")[:TOLD]]
    mails = queries.mails_about(request.scope, obj)[:TOLD]
    return {
        "request": request,
        "told": told,
        "mails": [(mail, catalogue.render(mail.notice)) for mail in mails],
    }
