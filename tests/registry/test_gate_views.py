"""Why a call was not forwarded, what was answered lately, and the Playground's numbers, in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from portal.history.models import AuditEntry
from registry.actions.playground import FiveNumbers, add_playground_number
from registry.models import Decision, GateAnswer, PlaygroundNumber
from registry.queries.gate import ask_gate
from tests.people import People, answers, browser_of
from tests.registry.gate_world import OPERATOR, World, in_playground, make_world


@pytest.fixture
def world(people: People) -> World:
    return make_world(people.account, user=people.member)


def asked(world: World, **changes: Any) -> dict[str, str]:
    question = world.question(**changes)
    return {name: getattr(question, name) for name in type(question).__dataclass_fields__}


class TestWhy:
    def page(self, people: People) -> str:
        return reverse("registry:why", args=[people.account.pk])

    def test_every_check_is_told_in_order(self, world: World, people: People) -> None:
        Decision.objects.filter(pk=world.decision.pk).update(state="rejected")
        answer = browser_of(people.member).post(self.page(people), asked(world))
        said = answer.content.decode()
        assert "This request is not forwarded." in said
        assert "The operator rejected the network feature." in said
        steps = [(step.check.code, step.passed) for step, _url in answer.context["steps"]]
        assert steps[-3:] == [("business_active", True), ("decision", False), ("active", None)]
        assert not GateAnswer.objects.exists()

    def test_a_link_carries_a_question_but_no_number(self, world: World, people: People) -> None:
        in_playground(world, "34600000001")
        question = asked(world, number="+34600000001")
        followed = browser_of(people.member).get(self.page(people), question)
        assert followed.context["told"].answer.reason == "playground_number_missing"
        assert "34600000001" not in followed.content.decode()
        sent = browser_of(people.member).post(self.page(people), question)
        assert "This request is forwarded." in sent.content.decode()

    def test_the_number_s_check_leads_to_the_numbers(self, world: World, people: People) -> None:
        in_playground(world)
        said = browser_of(people.member).post(self.page(people), asked(world, number="+34600000009"))
        numbers = reverse("registry:playground", args=[people.account.pk, world.application.pk])
        assert f'href="{numbers}"' in said.content.decode()

    def test_words_nobody_knows_are_explained_not_refused(self, world: World, people: People) -> None:
        said = browser_of(people.member).post(self.page(people), asked(world, operator="es-sur"))
        assert said.context["told"].answer.reason == "operator_unknown"
        assert '<option value="es-sur" selected>' in said.content.decode()

    def test_an_error_stands_at_its_field_with_the_form_filled_in(self, world: World, people: People) -> None:
        said = browser_of(people.member).post(self.page(people), asked(world, number="letters"))
        assert list(said.context["form"].errors) == ["number"]
        assert "told" not in said.context
        assert f'value="{world.application.remote_id}"' in said.content.decode()

    def test_without_a_question_there_is_only_the_form(self, world: World, people: People) -> None:
        said = browser_of(people.member).get(self.page(people))
        assert said.context["form"].errors == {}
        assert "told" not in said.context

    def test_others_applications_are_unknown(self, world: World, people: People) -> None:
        assert answers(people, self.page(people)) == {
            "member": 200,
            "small": 200,
            "limited": 200,
            "stranger": 404,
            "nobody": 302,
        }
        limited = browser_of(people.limited).post(self.page(people), asked(world))
        assert limited.context["told"].answer.reason == "unknown_application"
        assert "Fraud shield" not in limited.content.decode()
        elsewhere = reverse("registry:why", args=[people.stranger_account.pk])
        stranger = browser_of(people.stranger).post(elsewhere, asked(world))
        assert stranger.context["told"].answer.reason == "unknown_application"


class TestAnswers:
    def page(self, people: People) -> str:
        return reverse("registry:gate_answers", args=[people.account.pk])

    def test_answers_are_listed_with_a_way_to_their_explanation(self, world: World, people: People) -> None:
        ask_gate(world.question())
        ask_gate(world.question(purpose="Marketing"))
        said = browser_of(people.member).get(self.page(people)).content.decode()
        assert "The application profile gives another purpose for this network feature." in said
        assert f"application_id={world.application.remote_id}&amp;" in said
        assert said.count("table-cards") == 1

    def test_filters_narrow_and_an_unreadable_one_finds_nothing(self, world: World, people: People) -> None:
        ask_gate(world.question())
        ask_gate(world.question(operator="es-sur"))
        browser = browser_of(people.member)

        def found(**filters: str) -> list[str]:
            page = browser.get(self.page(people), filters).context["page"]
            return [row.operator_code for row in page.rows]

        assert found() == ["es-sur", OPERATOR]
        assert found(allowed="True") == [OPERATOR]
        assert found(reason="operator_unknown") == ["es-sur"]
        assert found(operator_code=OPERATOR) == [OPERATOR]
        assert found(application_id_asked="other") == []
        assert found(since="no date") == []

    def test_pages_go_on_where_the_last_row_was(self, world: World, people: People) -> None:
        for _each in range(30):
            ask_gate(world.question())
        browser = browser_of(people.member)
        first = browser.get(self.page(people)).context["page"]
        second = browser.get(self.page(people), {"after": first.next}).context["page"]
        assert (len(first.rows), len(second.rows)) == (25, 5)
        assert not set(first.rows) & set(second.rows)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_a_list_costs_the_same_with_one_row_and_three(
        self, world: World, people: People, rows: int, django_assert_num_queries: Any
    ) -> None:
        for _each in range(rows):
            ask_gate(world.question())
        browser = browser_of(people.member)
        browser.get(self.page(people))
        with django_assert_num_queries(8):
            browser.get(self.page(people))

    def test_the_empty_list_says_what_will_be_there(self, people: People) -> None:
        assert (
            "The gate was not asked yet" in browser_of(people.member).get(self.page(people)).content.decode()
        )

    def test_answers_about_others_applications_are_not_shown(self, world: World, people: People) -> None:
        ask_gate(world.question())
        ask_gate(world.question(application_id="app-unknown"), account_id=people.account.pk)
        for user, shown in ((people.member, 2), (people.small, 2), (people.limited, 0)):
            assert len(browser_of(user).get(self.page(people)).context["rows"]) == shown
        assert answers(people, self.page(people))["stranger"] == 404


class TestPlayground:
    def page(self, world: World) -> str:
        return reverse("registry:playground", args=[world.application.account_id, world.application.pk])

    def test_a_number_is_added_with_an_attestation(self, world: World, people: People) -> None:
        browser = browser_of(people.member)
        refused = browser.post(self.page(world), {"number": "+34 600 000 001"})
        assert "cannot be used for tests" in refused.content.decode()
        assert 'value="+34 600 000 001"' in refused.content.decode()
        browser.post(self.page(world), {"number": "+34 600 000 001", "attested": "on"})
        number = PlaygroundNumber.objects.get()
        assert (number.number, number.attested_by, number.slot) == ("34600000001", people.member, 1)
        in_playground(world)
        assert ask_gate(world.question(number="+34600000001")).allowed

    def test_history_keeps_no_number(self, world: World, people: People) -> None:
        browser = browser_of(people.member)
        browser.post(self.page(world), {"number": "+34600000001", "attested": "on"})
        remove = reverse(
            "registry:playground_remove", args=[people.account.pk, PlaygroundNumber.objects.get().pk]
        )
        assert "refused from now on" in browser.get(remove).content.decode()
        browser.post(remove)
        assert not PlaygroundNumber.objects.exists()
        entries = AuditEntry.objects.order_by("pk")
        assert [entry.action.partition(".")[2] for entry in entries] == ["number_added", "number_removed"]
        assert "34600000001" not in repr(list(entries.values()))

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            ("600000001", "with its country code"),
            ("+34", "with its country code"),
            ("+34600", "no such number"),
            ("+990 123 456", "work in the Playground by themselves"),
            ("", "This field is required."),
        ],
    )
    def test_a_number_that_cannot_be_is_refused_at_its_field(
        self, world: World, people: People, number: str, said: str
    ) -> None:
        answer = browser_of(people.member).post(self.page(world), {"number": number, "attested": "on"})
        assert said in str(answer.context["form"].errors["number"])
        assert not PlaygroundNumber.objects.exists()

    def test_there_are_five_at_most_and_none_twice(self, world: World, people: People) -> None:
        browser = browser_of(people.member)
        for digit in range(1, 6):
            browser.post(self.page(world), {"number": f"+3460000000{digit}", "attested": "on"})
        twice = browser.post(self.page(world), {"number": "+34600000001", "attested": "on"})
        assert PlaygroundNumber.objects.count() == 5
        assert "All five are taken." in twice.content.decode()
        with pytest.raises(FiveNumbers):
            add_playground_number(
                people.scope(people.member), world.application, digits="34600000006", actor=people.member
            )
        with pytest.raises(IntegrityError):
            PlaygroundNumber.objects.create(
                **world.owner, application=world.application, slot=6, number="1", attested_by=people.member
            )

    def test_a_free_slot_is_taken_again(self, world: World, people: People) -> None:
        scope = people.scope(people.member)
        for digit in (1, 2, 3):
            add_playground_number(scope, world.application, digits=f"3460000000{digit}", actor=people.member)
        PlaygroundNumber.objects.get(slot=2).delete()
        again = add_playground_number(scope, world.application, digits="34600000009", actor=people.member)
        assert again.slot == 2

    def test_the_four(self, world: World, people: People) -> None:
        assert answers(people, self.page(world)) == {
            "member": 200,
            "small": 200,
            "limited": 404,
            "stranger": 404,
            "nobody": 302,
        }
        body = {"number": "+34600000001", "attested": "on"}
        for user, status in ((people.small, 403), (people.limited, 404), (people.stranger, 404)):
            assert browser_of(user).post(self.page(world), body).status_code == status
        assert "Add a test number" not in browser_of(people.small).get(self.page(world)).content.decode()
        assert not PlaygroundNumber.objects.exists()
        scope = people.scope(people.small)
        with pytest.raises(PermissionDenied):
            add_playground_number(scope, world.application, digits="34600000001", actor=people.small)
