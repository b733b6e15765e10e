"""Codes of the history in words, and where drafts are continued."""

from __future__ import annotations

from django import template

from portal.desk.unfinished import draft_label, draft_path
from portal.desk.words import action_label, name_label, type_label

register = template.Library()
register.filter(action_label)
register.filter(name_label)
register.filter(type_label)
register.filter(draft_label)
register.filter(draft_path)
