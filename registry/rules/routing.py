"""Which operators get a registration, and which are left out and why; the preview and the sending ask the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from registry.enums import DecisionState, Exclusion


@dataclass(frozen=True, slots=True)
class Network:
    """An operator as far as routing needs it; `features` are codes it offers on the day."""

    code: str
    country: str
    requires_vetting: bool = False
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a business profile at one operator, in its latest round; no state means never asked."""

    state: str = ""
    exclusion: str = ""


NEVER_ASKED = Standing()


def business_routes(
    networks: Iterable[Network], *, countries: Collection[str], consented: Collection[str]
) -> dict[str, str]:
    """For each operator of the chosen countries why it is left out; "" means that it gets the business profile.

    `consented` are the codes of the operators for which vetting was consented to.
    """
    return {
        network.code: Exclusion.VETTING_DECLINED.value
        if network.requires_vetting and network.code not in consented
        else ""
        for network in networks
        if network.country in countries
    }


def application_routes(
    networks: Iterable[Network],
    *,
    countries: Collection[str],
    features: Collection[str],
    business: Mapping[str, Standing],
) -> dict[tuple[str, str], str]:
    """The same for each operator and feature of an application profile; `business` is by operator code.

    A feature that is not offered is named first: consent or a new business profile would not change that.
    """
    return {
        (network.code, feature): _left_out(network, feature, business.get(network.code, NEVER_ASKED))
        for network in networks
        if network.country in countries
        for feature in features
    }


def _left_out(network: Network, feature: str, business: Standing) -> str:
    if feature not in network.features:
        return Exclusion.FEATURE_NOT_OFFERED.value
    if business.exclusion == Exclusion.VETTING_DECLINED:
        return Exclusion.VETTING_DECLINED.value
    if business.state in ("", DecisionState.EXCLUDED, DecisionState.WITHDRAWN, DecisionState.CLOSED):
        return Exclusion.BUSINESS_EXCLUDED.value
    return ""


def first_state(business: Standing) -> DecisionState:
    """Where a feature that an operator gets begins: it waits for the yes to the business, a no to that is one to it."""
    if business.state == DecisionState.ACCEPTED:
        return DecisionState.PROCESSING
    return DecisionState.REJECTED if business.state == DecisionState.REJECTED else DecisionState.WAITING
