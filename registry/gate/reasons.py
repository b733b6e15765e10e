"""Why a request is not forwarded: the closed list, each with a sentence. The values are a contract of the API."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Denial(models.TextChoices):
    """In the order of the checks that find them; the last is for whatever went wrong in here."""

    MALFORMED = (
        "malformed",
        _("The question cannot be read: an application, an API key and a feature are needed."),
    )
    UNKNOWN_APPLICATION = "unknown_application", _("No application of this account has this id.")
    APPLICATION_DELETED = "application_deleted", _("The application was deleted.")
    NOT_ENABLED = "not_enabled", _("The capability Network Registry is not enabled for the application.")
    MODE_MISMATCH = "mode_mismatch", _("The application has another access than the request asks for.")
    KEY_NOT_OF_APPLICATION = "key_not_of_application", _("The application belongs to another API key.")
    FEATURE_UNKNOWN = "feature_unknown", _("There is no network feature of this name.")

    PLAYGROUND_NUMBER_MISSING = "playground_number_missing", _("In the Playground a phone number is needed.")
    PLAYGROUND_NUMBER_NOT_ALLOWED = (
        "playground_number_not_allowed",
        _("The number is neither a test number of the application nor a virtual number."),
    )

    KEY_NOT_ASSIGNED = "key_not_assigned", _("The API key is not assigned to the application profile.")
    PROFILE_DELETED = "profile_deleted", _("The business or application profile was deleted.")
    PROFILE_WITHDRAWN = "profile_withdrawn", _("The business or application profile was withdrawn.")
    OPERATOR_UNKNOWN = "operator_unknown", _("There is no operator of this name.")
    COUNTRY_NOT_REQUESTED = (
        "country_not_requested",
        _("The business profile does not ask for service in the operator's country."),
    )
    FEATURE_NOT_IN_PROFILE = (
        "feature_not_in_profile",
        _("The network feature is not part of the application profile."),
    )
    PURPOSE_MISMATCH = (
        "purpose_mismatch",
        _("The application profile gives another purpose for this network feature."),
    )
    FEATURE_NOT_OFFERED = "feature_not_offered", _("The operator does not offer this network feature today.")

    VETTING_FAILED = "vetting_failed", _("The vetting that the operator requires failed.")
    VETTING_DECLINED = (
        "vetting_declined",
        _("The operator requires vetting, and the business profile has no consent to it."),
    )
    BUSINESS_EXCLUDED = "business_excluded", _("The business profile was not sent to this operator.")
    BUSINESS_WITHDRAWN = "business_withdrawn", _("The business profile was withdrawn from this operator.")
    BUSINESS_CLOSED = "business_closed", _("The registration of the business with this operator is closed.")
    BUSINESS_REJECTED = "business_rejected", _("The operator rejected the business profile.")
    VETTING_REQUIRED = "vetting_required", _("The operator requires vetting, which has not passed yet.")
    BUSINESS_INFORMATION = (
        "business_information",
        _("The operator asks for more about the business profile."),
    )
    BUSINESS_PENDING = "business_pending", _("The operator has not decided on the business profile yet.")
    BUSINESS_SUSPENDED = "business_suspended", _("The operator suspended the business profile.")
    BUSINESS_REVOKED = "business_revoked", _("The operator revoked its acceptance of the business profile.")

    EXCLUDED = "excluded", _("The network feature was not sent to this operator.")
    WITHDRAWN = "withdrawn", _("The application profile was withdrawn from this operator.")
    CLOSED = "closed", _("The registration of the network feature with this operator is closed.")
    REJECTED = "rejected", _("The operator rejected the network feature.")
    INFORMATION = "information", _("The operator asks for more about the network feature.")
    PENDING = "pending", _("The operator has not decided on the network feature yet.")
    SUSPENDED = "suspended", _("The operator suspended the network feature.")
    REVOKED = "revoked", _("The operator revoked its acceptance of the network feature.")

    ERROR = "error", _("The gate could not answer. Ask again.")
