"""What the mock answers about the threads of Tmall exchanges. Source: protocols B3."""

from connectors.faults import Faults
from connectors.taobao.mock_books import Books
from connectors.taobao.mock_threads import MockRefund, Post
from connectors.taobao.refund import EXCHANGE, TEXT_BYTES
from connectors.top.mock_answers import Answer, Listed, identifier
from connectors.top.mock_gateway import Asked, Refusal
from connectors.top.values import stamp

BUYER, SELLER = "4", "1"  # not as in a refund's thread


def messages(books: Books, faults: Faults, asked: Asked) -> Answer:
    asked.required("fields")
    dispute = _dispute(books, asked)
    if faults.strikes("exchange_error_inside"):
        return _error("isp.top-remote-service-unavailable")
    roles = (asked.params.get("operator_roles") or "1,2,3,4,5,6").split(",")
    page, size = asked.integer("page_no", 1, 10_000), asked.integer("page_size", 40, 100)
    seen = [post for post in dispute.posts if post.visible_at <= asked.now and _role(post) in roles]
    seen.sort(key=lambda post: (post.at, int(post.id)), reverse=True)
    items: list[Answer] = [
        _message(dispute, post) for post in seen[(page - 1) * size : page * size]
    ]
    result: Answer = {
        "results": Listed("result", items),
        "total_results": len(seen),
        "page_results": len(items),
        "has_next": len(seen) > page * size,
    }
    return {"result": result}


def message_add(books: Books, faults: Faults, asked: Asked) -> Answer:
    dispute, content = _dispute(books, asked), asked.required("content")
    if len(content.encode()) > TEXT_BYTES:
        return _error("isv.invalid-parameter:content")
    if faults.strikes("exchange_error_inside"):
        return _error("isv.dispute-status-error")
    post = books.answer(dispute.id, "refund", content, "", asked.now)
    told: Answer = {"id": identifier(post.id), "created": stamp(post.at)}
    result: Answer = {"results": Listed("result", [told])}
    return {"result": result}


def _dispute(books: Books, asked: Asked) -> MockRefund:
    dispute = books.refunds.get(asked.required("dispute_id"))
    if dispute is None or dispute.kind != EXCHANGE:
        raise Refusal(15, "Remote service error", "isv.refund-not-exist", "换货单不存在")
    return dispute


def _role(post: Post) -> str:
    return BUYER if post.by_buyer else SELLER


def _message(dispute: MockRefund, post: Post) -> Answer:
    return {
        "id": identifier(post.id),
        "dispute_id": identifier(dispute.id),
        "owner_id": 0,
        "owner_nick": post.buyer if post.by_buyer else "mock_shop",
        "owner_role": _role(post),
        "content": post.text,
        "created": stamp(post.at),
        "message_type": "NORMAL",
    }


def _error(code: str) -> Answer:
    """An error inside a good answer, as this method tells it."""
    result: Answer = {"error_code": code, "error_msg": "换货服务异常"}
    return {"result": result}
