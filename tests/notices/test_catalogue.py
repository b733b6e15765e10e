from __future__ import annotations

import pytest

from portal.notices import catalogue
from portal.notices.catalogue import Message, register, render
from portal.notices.enums import Level, Topic
from portal.notices.models import Notice
from tests.notices.kinds import LINKED, TODO


def _notice(kind: str, **values: object) -> Notice:
    return Notice(kind=kind, object_name="Blue brand", values=values)


def test_outbox_registers_its_kinds_at_start() -> None:
    assert {"outbox.key_refused", "outbox.review"} <= set(catalogue.messages)


def test_every_registered_kind_has_texts_that_format() -> None:
    for kind in catalogue.messages:
        said = render(_notice(kind))
        assert not said.title.startswith(f"{kind} ·"), f"{kind} does not format with values that are text"
        assert said.title.strip(), kind
        assert said.text.strip(), kind
        assert "%(" not in said.title + said.text + said.way_out, kind
        assert "{" not in said.title + said.text + said.way_out, f"{kind}: placeholders are %(name)s"


def test_render_fills_in_the_object_and_the_values(kinds: None) -> None:
    said = render(_notice(LINKED, campaign="Spring"))

    assert (said.title, said.text) == ("Blue brand is linked", "Campaign Spring may send.")
    assert said.level is Level.GOOD


def test_render_shows_a_dash_for_a_value_an_old_row_lacks(kinds: None) -> None:
    assert render(_notice(LINKED)).text == "Campaign — may send."


def test_render_shows_an_unknown_kind_raw(kinds: None) -> None:
    said = render(_notice("gone.kind", reason="100 %(odd)s", score=7))

    assert said.title == "gone.kind · Blue brand"
    assert said.text == "reason: 100 %(odd)s, score: 7"
    assert said.level is Level.INFO


def test_render_shows_a_kind_raw_whose_values_do_not_fit(kinds: None) -> None:
    register(Message("test.count", "%(count)d of %(name)s", "Counted.", Level.INFO, False))

    assert render(_notice("test.count", count="many")).title == "test.count · Blue brand"


def test_register_refuses_two_texts_for_one_kind(kinds: None) -> None:
    same = catalogue.messages[LINKED]
    register(same)

    with pytest.raises(ValueError, match=LINKED):
        register(Message(LINKED, "Another title", "Another text", Level.INFO, False))


def test_message_name_is_its_label_or_its_title_about_nothing(kinds: None) -> None:
    assert catalogue.messages[LINKED].name == "… is linked"
    assert Message("x", "%(name)s", "t", Level.INFO, False, label="Number linked").name == "Number linked"


def test_topic_is_the_messages_own_or_that_of_its_app(kinds: None) -> None:
    register(Message("registry.vetted", "%(name)s", "Vetted.", Level.GOOD, False, topic=Topic.VETTING))

    found = {kind: catalogue.topic_of(kind) for kind in ("registry.vetted", TODO, "tendlc.x", LINKED, "gone")}
    assert found == {
        "registry.vetted": Topic.VETTING,
        TODO: Topic.REGISTRATION,
        "tendlc.x": Topic.TENDLC,
        LINKED: Topic.ACCOUNT,
        "gone": Topic.ACCOUNT,
    }
    assert list(catalogue.topics()) == [Topic.REGISTRATION, Topic.VETTING, Topic.ACCOUNT]


def test_every_kind_that_needs_action_says_what_to_do() -> None:
    demanding = [message for message in catalogue.messages.values() if message.needs_action]
    assert len(demanding) >= 9
    assert [message.kind for message in demanding if not message.way_out] == []
