"""What a token URL may call its error. Anything else may be a secret thrown back. Pure.

Sources: RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1; RFC 8628, 3.5; RFC 8707, 2; OpenID Connect Core,
3.1.2.6 (what a person must do at the provider's page); Google's "deleted_client" and its like
(developers.google.com/identity/protocols/oauth2); TOP's "system_error".
"""

from typing import Final

ANOTHER: Final = "another error"
NAMES: Final = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "invalid_scope",
        "access_denied",
        "server_error",
        "temporarily_unavailable",
        "invalid_token",
        "insufficient_scope",
        "authorization_pending",
        "slow_down",
        "expired_token",
        "invalid_target",
        "interaction_required",
        "login_required",
        "consent_required",
        "account_selection_required",
        "invalid_resource",
        "admin_policy_enforced",
        "deleted_client",
        "disabled_client",
        "org_internal",
        "rate_limit_exceeded",
        "system_error",
    }
)


def error_name(told: object) -> str:
    """The name of an error, ``ANOTHER`` where it is none of these, "" where none is told."""
    if not told:
        return ""
    name = told.lower() if isinstance(told, str) else ""
    return name if name in NAMES else ANOTHER
