"""The tags and components that templates repeat."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from portal.records.paging import KeysetPage
from portal.web import context

NOW = timezone.now


def draw(source: str, **values: Any) -> str:
    return engines["django"].from_string("{% load portal_ui %}" + source).render(values)


def component(name: str, path: str = "/", **values: Any) -> str:
    return render_to_string(f"components/{name}.html", values, RequestFactory().get(path))


def test_icon_is_inline_and_silent_for_screen_readers() -> None:
    drawn = draw('{% icon "home" "big" %}')
    assert drawn.startswith('<svg class="icon big" width="20" height="20"')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../outline/home", ""])
def test_icon_without_a_file_is_noticed(name: str) -> None:
    with pytest.warns(UserWarning, match="no icon named"):
        assert draw("{% icon name %}", name=name) == ""


def test_every_icon_named_in_a_template_or_in_the_navigation_exists() -> None:
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    for table in (context.CUSTOMER, context.PERSONAL, context.STAFF):
        named |= {place.icon for _label, places in table for place in places}
    assert len(named) > 20
    outline = Path(settings.ICONS_DIR, "outline")
    assert sorted(name for name in named if not (outline / f"{name}.svg").is_file()) == []


def test_badge_escapes_its_text_and_falls_back_to_grey() -> None:
    assert draw('{% badge text "green" %}', text="<b>") == '<span class="chip chip-green">&lt;b&gt;</span>'
    assert 'class="chip chip-secondary"' in draw('{% badge "x" colour %}', colour='"><script>')


@pytest.mark.parametrize(
    ("away", "shown"),
    [
        (dt.timedelta(seconds=-5), "just now"),
        (dt.timedelta(minutes=-1, seconds=-5), "1\xa0minute ago"),
        (dt.timedelta(hours=-3, minutes=-20), "3\xa0hours ago"),
        (dt.timedelta(days=2, hours=1), "in 2\xa0days"),
    ],
)
def test_when_is_relative_within_a_week(away: dt.timedelta, shown: str) -> None:
    assert f">{shown}</time>" in draw("{% when moment %}", moment=NOW() + away)


def test_when_shows_old_moments_in_the_persons_time_zone() -> None:
    moment = dt.datetime(2024, 5, 31, 23, 30, tzinfo=dt.UTC)
    with timezone.override("Europe/Berlin"):
        drawn = draw("{% when moment %}", moment=moment)
    assert 'datetime="2024-05-31T23:30:00+00:00"' in drawn
    assert 'title="1 Jun 2024, 01:30 CEST"' in drawn
    assert ">1 Jun 2024</time>" in drawn


def test_when_shows_a_dash_for_never_and_takes_dates() -> None:
    assert "—" in draw("{% when none %}", none=None)
    assert ">24 Dec 2024</time>" in draw("{% when day %}", day=dt.date(2024, 12, 24))


def test_paging_keeps_the_filters_and_names_the_neighbours() -> None:
    page: KeysetPage[Any] = KeysetPage(rows=[1, 2], next="n2", previous="", count=1000, counted_all=False)
    drawn = component("_paging", "/brands/?q=acme&after=old", page=page)
    assert 'href="?q=acme&amp;after=n2"' in drawn
    assert "2 of 1,000+" in drawn
    assert "Previous" not in drawn


def test_timeline_shows_the_raw_word_the_reason_and_our_own_words() -> None:
    change = SimpleNamespace(
        part="T-Mobile",
        state_before="review",
        state_after="rejected",
        raw_after="DECLINED",
        reason="No <website>",
        seen_at=NOW(),
        not_before=None,
        colour="red",
    )
    drawn = component("_timeline", changes=[change])
    assert re.search(r"T-Mobile:\s+Rejected", drawn)
    assert "Before: Review" in drawn
    assert "<code>DECLINED</code>" in drawn
    assert "No &lt;website&gt;" in drawn
    assert "story-red" in drawn


class Form(forms.Form):
    name = forms.CharField(label="Legal name")
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


def test_form_errors_link_to_their_fields() -> None:
    form = Form({})
    form.add_error(None, "Not now.")
    drawn = component("_form_errors", form=form)
    assert '<a href="#id_name">Legal name</a>' in drawn
    assert '<a href="#div_id_kind">Kind</a>' in drawn
    assert "<li>Not now.</li>" in drawn
    assert component("_form_errors", form=Form({"name": "x", "kind": "a"})).strip() == ""


def test_confirmation_names_the_consequence_and_posts() -> None:
    drawn = component(
        "_confirm",
        title="Stop?",
        consequence="It cannot be started again.",
        action_url="/stop/",
        action_label="Stop it",
        hidden={"version": "3"},
        danger=True,
    )
    assert '<form method="post" action="/stop/"' in drawn
    assert "csrfmiddlewaretoken" in drawn
    assert "It cannot be started again." in drawn
    assert '<input type="hidden" name="version" value="3">' in drawn
    assert "btn-danger" in drawn


def test_steps_mark_the_current_one() -> None:
    steps = [{"label": "One", "state": "done", "url": "/1/"}, {"label": "Two", "state": "current"}]
    drawn = component("_steps", steps=steps)
    assert drawn.count('aria-current="step"') == 1
    assert '<a href="/1/">One</a>' in drawn


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36",
            "Chrome 156, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0.1", "Edge 156, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.1 Mobile Safari/604.1",
            "Safari 18, iPhone",
        ),
        ("curl/8.1", "curl/8.1"),
        ("", "unknown browser"),
    ],
)
def test_browser_names_what_a_person_recognises(user_agent: str, shown: str) -> None:
    assert draw("{{ user_agent|browser }}", user_agent=user_agent) == shown
