"""eBay's answers, from bytes to an object or to one of the four failures.

A reason holds eBay's error numbers only, never its messages: they may quote what somebody wrote.
Source of the error form: protocols A5 (unverified).
"""

from connectors.base import Rejected, Unauthorized, Unavailable
from connectors.ebay.wire.values import Row, document, number, rows
from connectors.http import Response
from connectors.http import failure as http_failure

SUCCESS = frozenset({200, 201, 204})


class NotThere(Rejected):
    """The conversation or order that was asked for does not exist for this account."""


def read(answer: Response, *, writes: bool) -> Row:
    """The content of a good answer. Raises one of the four for any other bytes.

    ``writes`` says that the request acts, so that an answer that cannot be read may hide
    that it was done.
    """
    refused = http_failure(answer)
    if refused is None:
        content = document(answer.body)
        if content is None:
            raise Unavailable("an answer that is no JSON object", maybe_done=writes)
        return content
    said = f"{refused}{_numbers(answer.body)}"
    if answer.status == 404:
        raise NotThere(said)
    if isinstance(refused, Unavailable):
        raise Unavailable(said, maybe_done=writes)
    if isinstance(refused, Unauthorized):
        raise Unauthorized(f"{said}: the token or a scope was refused")
    if isinstance(refused, Rejected):
        raise Rejected(said)
    raise refused


def token_refused(answer: Response) -> bool:
    """Whether a new access token may help."""
    return answer.status == 401


def _numbers(body: bytes) -> str:
    ids = [number(error, "errorId") for error in rows(document(body) or {}, "errors")[:5]]
    told = ", ".join(str(one) for one in ids if one)
    return f" (eBay error {told})" if told else ""
