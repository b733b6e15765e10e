"""What history stores as codes, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.outbox.kinds import label_of

ACTIONS: Final[Mapping[str, Any]] = {
    "access_token.made": _("Made an access token"),
    "access_token.revoked": _("Revoked an access token"),
    "account.created": _("Created the account"),
    "api_key.added": _("Added an API key"),
    "api_key.changed": _("Changed an API key"),
    "api_key.activated": _("Activated an API key"),
    "api_key.deactivated": _("Deactivated an API key"),
    "batch.checked": _("Checked a file"),
    "batch.started": _("Started a batch"),
    "batch.paused": _("Paused a batch"),
    "batch.resumed": _("Let a batch go on"),
    "batch.cancelled": _("Ended a batch"),
    "brand.submitted": _("Submitted a brand"),
    "brand.client_set": _("Gave a brand to a client"),
    "brand.delete_brand": _("Sent the deletion of a brand"),
    "brand.facts_accepted": _("Accepted what Vonage holds of a brand"),
    "brand.revet_brand": _("Asked for a revet of a brand"),
    "brand.update_brand": _("Sent a change of a brand"),
    "deadline.done": _("Marked a deadline as done"),
    "vetting.authorised": _("Authorised access to a brand's data and requested a vetting"),
    "vetting.import": _("Sent a vetting for import"),
    "campaign.comment_noted": _("Noted a reviewer's comment"),
    "campaign.edited": _("Edited a campaign"),
    "campaign.stop_asked": _("Asked to stop a campaign"),
    "campaign.submitted": _("Submitted a campaign"),
    "campaign_template.added": _("Kept a campaign template"),
    "campaign_template.removed": _("Threw a campaign template away"),
    "brand.responsible_set": _("Said who looks after a brand"),
    "campaign.responsible_set": _("Said who looks after a campaign"),
    "numberlink.responsible_set": _("Said who looks after a number"),
    "vetting.responsible_set": _("Said who looks after a vetting"),
    "application_profile.deleted": _("Deleted an application profile"),
    "application_profile.submitted": _("Submitted an application profile"),
    "application_profile.withdrawn": _("Withdrew an application profile"),
    "case.answered": _("Answered an operator's question"),
    "case.left": _("Gave a case back"),
    "case.ruled": _("Decided a case at an operator"),
    "case.taken": _("Took a case at an operator"),
    "vetting.decided": _("Decided a vetting at an agent"),
    "business_profile.submitted": _("Submitted a business profile"),
    "business_profile.withdrawn": _("Withdrew a business profile"),
    "business_profile.deleted": _("Deleted a business profile"),
    "business_profile.erased": _("Blanked personal values of a business profile"),
    "business_profile.supplemented": _("Answered later questions of operators"),
    "change_request.started": _("Began a change request"),
    "change_request.submitted": _("Submitted a change request"),
    "change_request.withdrawn": _("Withdrew a change request"),
    "change_request.applied": _("Applied a change request"),
    "change_request.refused": _("Refused a change request"),
    "client.added": _("Added a client"),
    "client.renamed": _("Renamed a client"),
    "client.activated": _("Activated a client"),
    "client.deactivated": _("Deactivated a client"),
    "draft.started": _("Started a draft"),
    "draft.handed_over": _("Handed a draft over"),
    "draft.discarded": _("Threw a draft away"),
    "invitation.sent": _("Invited somebody"),
    "invitation.accepted": _("Accepted an invitation"),
    "invitation.revoked": _("Withdrew an invitation"),
    "member.added": _("Added a member"),
    "member.changed": _("Changed a member's role or clients"),
    "member.removed": _("Removed a member"),
    "notice_choices.changed": _("Chose how to be told"),
    "notice_choices.forgotten": _("Took the general choices for a client again"),
    "notice_choices.unsubscribed": _("Ended e-mails from a link in one"),
    "networkapplication.number_added": _("Added a test number"),
    "networkapplication.number_removed": _("Removed a test number"),
    "networkapplication.create": _("Asked to create an application"),
    "networkapplication.update": _("Asked to change an application"),
    "networkapplication.delete": _("Asked to delete an application"),
    "applicationprofile.keys_assigned": _("Assigned API keys to an application profile"),
    "numberlink.submitted": _("Asked to link a number"),
    "numberlink.unlinked": _("Asked to unlink a number"),
    "operation.adopted": _("Adopted what was found at Vonage"),
    "operation.approved": _("Approved an operation"),
    "operation.cancelled": _("Took an operation back"),
    "pause.set": _("Paused sending"),
    "pause.ended": _("Ended a pause"),
    "operation.confirmed_absent": _("Confirmed that Vonage did nothing"),
    "profile.changed": _("Changed their profile"),
    "vetting_consent.withdrawn": _("Withdrew the consent to vetting"),
}
# Django admin writes these for every model.
BY_STAFF: Final[Mapping[str, Any]] = {
    "added_by_staff": _("Added as staff"),
    "changed_by_staff": _("Changed as staff"),
}


def action_label(code: str) -> str:
    """What was done, in words; a code nobody knows any more is shown as it is."""
    return str(ACTIONS.get(code) or BY_STAFF.get(code.rpartition(".")[2]) or code)


def name_label(name: str, object_type: str) -> str:
    """The name history kept of an object; an operation's begins with the code of its kind."""
    if object_type != "outbox.operation":
        return name
    kind, _space, code = name.partition(" ")
    return f"{label_of(kind)} {code}".strip()


def type_label(code: str) -> str:
    """A kind of object ("tendlc.numberlink") as its model is called; one that is gone by its code."""
    try:
        return capfirst(str(apps.get_model(code)._meta.verbose_name))
    except (LookupError, ValueError):
        return code
