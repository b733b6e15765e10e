"""Choices by kind and by followed object become choices by topic and client; what was chosen is carried over.

A ticked or unticked kind counts as an answer; so does "mail me" at a submission, which is carried over for
that submission's client. Whoever never said anything is asked at the next submission.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TENDLC, ACCOUNT = "10dlc", "account"
AT_ONCE, NONE = "at_once", "none"
TOPICS = [
    ("registration", "Registration of a business profile"),
    ("applications", "Application profiles and applications"),
    ("vetting", "Vetting"),
    (TENDLC, "10DLC: brands, campaigns, numbers"),
    (ACCOUNT, "Account: API keys"),
]
# Every kind of the release before, by its topic now.
KINDS = {
    TENDLC: [
        "drafts.handed_over",
        "outbox.review",
        "tendlc.brand_refused",
        "tendlc.brand_unverified",
        "tendlc.brand_verified",
        "tendlc.campaign_active",
        "tendlc.campaign_refused",
        "tendlc.campaign_rejected",
        "tendlc.campaign_suspended",
        "tendlc.carrier_approved",
        "tendlc.carrier_rejected",
        "tendlc.list_shrank",
        "tendlc.number_linked",
        "tendlc.number_refused",
        "tendlc.number_rejected",
        "tendlc.vetting_failed",
        "tendlc.vetting_scored",
    ],
    ACCOUNT: ["outbox.key_refused"],
}


def rows(apps: Any, schema: Any, model: str) -> Any:
    """The rows of a model in the database that is being migrated, whichever that is."""
    return apps.get_model("notices", model)._default_manager.using(schema.connection.alias)


def carry_choices(apps: Any, schema: Any) -> None:
    subscriptions = rows(apps, schema, "Subscription")
    for topic, kinds in KINDS.items():
        rows(apps, schema, "Notice").filter(kind__in=kinds).update(topic=topic)
        wanted: dict[tuple[int, int], bool] = {}
        for row in rows(apps, schema, "Preference").filter(kind__in=kinds):
            who = (row.account_id, row.user_id)
            wanted[who] = wanted.get(who, False) or row.by_email
        for (account_id, user_id), is_wanted in wanted.items():
            mail = AT_ONCE if is_wanted else NONE
            subscriptions.create(account_id=account_id, user_id=user_id, topic=topic, mail=mail)
    _carry_follows(rows(apps, schema, "Follow"), subscriptions)


def _carry_follows(follows: Any, subscriptions: Any) -> None:
    answered = set(subscriptions.filter(topic=TENDLC).values_list("account_id", "user_id"))
    submitted = follows.filter(reason="submitter", object_type__startswith="tendlc.")
    latest = {(row.account_id, row.user_id, row.client_id): row.by_email for row in submitted.order_by("pk")}
    for (account_id, user_id, client_id), by_email in latest.items():
        if (account_id, user_id) not in answered and client_id is not None:
            mail = AT_ONCE if by_email else NONE
            subscriptions.create(
                account_id=account_id, user_id=user_id, client_id=client_id, topic=TENDLC, mail=mail
            )


def return_choices(apps: Any, schema: Any) -> None:
    preferences, follows = rows(apps, schema, "Preference"), rows(apps, schema, "Follow")
    for row in rows(apps, schema, "Subscription").exclude(mail=""):
        is_wanted = row.mail != NONE
        if row.client_id is not None:
            mine = follows.filter(account=row.account_id, user=row.user_id, client=row.client_id)
            mine.filter(object_type__startswith="tendlc.").update(by_email=is_wanted)
            continue
        for kind in KINDS.get(row.topic, ()):
            preferences.create(
                account_id=row.account_id, user_id=row.user_id, kind=kind, by_email=is_wanted
            )
    digests = rows(apps, schema, "Delivery").filter(channel="digest")
    digests.filter(state="waiting").update(message_id="")
    digests.update(channel="email")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("notices", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="needs_action",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="notice",
            name="resolved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="topic",
            field=models.CharField(choices=TOPICS, default=ACCOUNT, max_length=20),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("needs_action", True), ("resolved_at", None)),
                fields=["account", "object_type", "object_id"],
                name="notice_open",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="channel",
            field=models.CharField(
                choices=[
                    ("feed", "in the portal"),
                    ("email", "by e-mail, at once"),
                    ("digest", "in the daily summary"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("topic", models.CharField(choices=TOPICS, max_length=20)),
                ("in_portal", models.BooleanField(default=True)),
                (
                    "mail",
                    models.CharField(
                        blank=True,
                        choices=[
                            (AT_ONCE, "E-mail at once"),
                            ("daily", "One e-mail a day, in the morning"),
                            (NONE, "No e-mail"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.client",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "user", "topic", "client"),
                        name="one_choice_per_topic_and_client",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("client", None)),
                        fields=("account", "user", "topic"),
                        name="one_choice_per_topic_for_all_clients",
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_choices, return_choices),
        migrations.RemoveField(model_name="follow", name="by_email"),
        migrations.DeleteModel(name="Preference"),
    ]
