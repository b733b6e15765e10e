"""Settings of one account, below /a/<account>/."""

from __future__ import annotations

from django.urls import path

from portal.accounts.views import clients, keys, members, tokens

app_name = "account"
urlpatterns = [
    path("members/", members.members, name="members"),
    path("members/invite/", members.member_invite, name="member_invite"),
    path("members/<int:pk>/", members.member_edit, name="member_edit"),
    path("members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("invitations/<int:pk>/revoke/", members.invitation_revoke, name="invitation_revoke"),
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.client_new, name="client_new"),
    path("clients/<int:pk>/", clients.client_edit, name="client_edit"),
    path("clients/<int:pk>/deactivate/", clients.client_deactivate, name="client_deactivate"),
    path("clients/<int:pk>/activate/", clients.client_activate, name="client_activate"),
    path("keys/", keys.keys, name="keys"),
    path("keys/new/", keys.key_new, name="key_new"),
    path("keys/<int:pk>/", keys.key_edit, name="key_edit"),
    path("keys/<int:pk>/state/", keys.key_state, name="key_state"),
    path("keys/<int:pk>/deactivate/", keys.key_deactivate, name="key_deactivate"),
    path("keys/<int:pk>/activate/", keys.key_activate, name="key_activate"),
    path("access-tokens/", tokens.tokens, name="tokens"),
    path("access-tokens/new/", tokens.token_new, name="token_new"),
    path("access-tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
]
