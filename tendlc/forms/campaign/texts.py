"""What each use case and each yes/no question means, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

USE_CASES: Final[Mapping[str, Any]] = {
    "CUSTOMER_CARE": _("Support, account questions and other talk with your customers."),
    "POLLING_VOTING": _("Surveys and votes that are not political."),
    "HIGHER_EDUCATION": _("Messages of colleges and universities."),
    "PUBLIC_SERVICE_ANNOUNCEMENT": _("Information that makes the public aware of something important."),
    "MARKETING": _("Offers, promotions and anything else that sells."),
    "SECURITY_ALERT": _("A warning that a system may be compromised and something has to be done."),
    "DELIVERY_NOTIFICATION": _("Where a parcel or an order is."),
    "ACCOUNT_NOTIFICATION": _("Reminders and changes that concern a customer's account."),
    "2FA": _("One-time codes and confirmations for signing in."),
    "FRAUD_ALERT": _("Suspicious activity on a customer's account."),
    "TRIAL": _("A short trial with little traffic."),
    "CHARITY": _("Messages of a registered charity; not religious organisations."),
    "POLITICAL": _("Election campaigns; needs a political vetting or a non-profit brand."),
    "EMERGENCY": _("Public safety and emergencies."),
    "SWEEPSTAKE": _("Prize draws and contests."),
    "CONVERSATIONAL": _("Two people talk through an app, with their numbers hidden."),
    "MIXED": _("Two to five purposes in one campaign; often at a lower throughput."),
    "CARRIER_EXEMPT": _("Exempted by the carriers; needs their approval."),
    "SOCIAL": _("Messages between influencers and their followers."),
    "LOW_VOLUME": _("One to five purposes with little traffic; needs no external vetting."),
}
FLAGS: Final[Mapping[str, tuple[Any, Any]]] = {
    "embedded_link": (
        _("Do messages contain a link?"),
        _("Yes if any message has a web address. At least one sample then has to show it."),
    ),
    "embedded_phone": (
        _("Do messages contain a telephone number?"),
        _(
            "Yes if any message has a number to call, the one for help included. One sample then has to show it."
        ),
    ),
    "number_pool": (
        _("Will more than 50 numbers send for this campaign?"),
        _("A pool needs a review of its own. Most campaigns say no."),
    ),
    "age_gated": (
        _("Is the content for adults only?"),
        _("Yes for alcohol, tobacco, firearms and the like. Your site must then ask for the date of birth."),
    ),
    "direct_lending": (
        _("Is it about loans or lending?"),
        _("Yes for every brand that lends money, your own loans included."),
    ),
    "subscriber_opt_in": (
        _("Do people agree before the first message?"),
        _("Nearly every carrier expects yes: people sign up before they are sent anything."),
    ),
    "subscriber_opt_out": (
        _("Can people stop the messages with a keyword such as STOP?"),
        _("Nearly every carrier expects yes. Your own system has to answer the keyword."),
    ),
    "subscriber_help": (
        _("Does a keyword such as HELP get an answer?"),
        _("Nearly every carrier expects yes. Your own system has to answer the keyword."),
    ),
    "affiliate_marketing": (
        _("Does someone other than the brand control the content (affiliate marketing)?"),
        _("Carriers usually refuse campaigns that say yes."),
    ),
}
