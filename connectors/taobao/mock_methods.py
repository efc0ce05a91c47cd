"""What the mock answers to each method, once the gateway has let the request in.

Source: protocols B2 and B3; the ``responder.chat`` methods are ours (chat.py).
"""

from collections.abc import Callable
from datetime import timedelta
from itertools import islice

from connectors.faults import Faults
from connectors.taobao.chat import TEXT_CHARACTERS
from connectors.taobao.mock_books import Books
from connectors.taobao.mock_drift import drifting
from connectors.taobao.mock_orders import open_uid
from connectors.taobao.mock_threads import MockRefund, Post
from connectors.taobao.mock_tmc import REDELIVERED_AFTER, SELLER
from connectors.taobao.refund import EXCHANGE, PIXEL, TEXT_BYTES
from connectors.top.mock_answers import Answer, Listed, identifier
from connectors.top.mock_gateway import Asked, Refusal
from connectors.top.values import milliseconds, stamp

IMAGE_BYTES = 500 * 1024
IMAGE_STARTS = (b"GIF8", b"\x89PNG", b"\xff\xd8\xff")


Method = Callable[[Books, Faults, Asked], Answer]


def tmc_consume(books: Books, faults: Faults, asked: Asked) -> Answer:
    _group(books, asked)
    given = books.queue.consume(
        max(10, asked.integer("quantity", 100, 200)),
        asked.now,
        confirmed_too=faults.strikes("tmc_redeliver"),
        again_after=timedelta(0) if faults.strikes("tmc_impatient") else REDELIVERED_AFTER,
    )
    items: list[Answer] = [
        {
            "id": identifier(message.id),
            "topic": message.topic,
            "content": message.content,
            "pub_time": stamp(message.at),
            "pub_app_key": asked.params["app_key"],
            "user_id": identifier(message.seller[0]),
            "user_nick": message.seller[1],
        }
        for message in given
    ]
    return {"messages": Listed("tmc_message", items)}


def tmc_confirm(books: Books, faults: Faults, asked: Asked) -> Answer:
    _group(books, asked)
    ids = asked.required("s_message_ids").split(",")
    if len(ids) > 200:
        raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:s_message_ids")
    kept = len(ids) // 2 if faults.strikes("tmc_confirm_lost") else len(ids)
    books.confirm(ids[:kept])
    return {"is_success": True}


def tmc_queue(books: Books, _: Faults, asked: Asked) -> Answer:
    name = asked.required("group_name")
    if name != "default":
        _group(books, asked)
    put = books.queue.put_total
    line: Answer = {
        "name": name,
        "broker_name": "mock-broker",
        "get_total": put - books.queue.waiting,
        "put_toal": put,  # TOP's own spelling
    }
    return {"datas": Listed("tmc_queue_info", [line])}


def tmc_permit(books: Books, _: Faults, asked: Asked) -> Answer:
    books.permit([one for one in asked.params.get("topics", "").split(",") if one])
    return {"is_success": True}


def tmc_user(books: Books, _: Faults, asked: Asked) -> Answer:
    user: Answer = {
        "user_nick": asked.required("nick"),
        "user_id": 123456789,
        "topics": Listed("string", books.topics),
        "group_name": next(iter(sorted(books.groups)), "default"),
        "is_valid": True,
        "user_platform": "tbUIC",
    }
    return {"tmc_user": user}


def user_seller(_books: Books, _: Faults, asked: Asked) -> Answer:
    asked.required("fields")
    return {"user": {"user_id": identifier(SELLER[0]), "nick": SELLER[1]}}


def tmc_group_add(books: Books, _: Faults, asked: Asked) -> Answer:
    name = asked.required("group_name")
    if len(name) > 32 or name.startswith("default"):
        raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:group_name")
    books.add_group(name)
    return {"created": stamp(asked.now), "group_name": name}


def refund_messages(books: Books, faults: Faults, asked: Asked) -> Answer:
    asked.required("fields")
    if faults.strikes("refund_unavailable"):
        raise Refusal(15, "Remote service error", "isp.top-remote-service-unavailable")
    refund = _thread(books, asked)
    page, size = asked.integer("page_no", 1, 10_000), asked.integer("page_size", 40, 100)
    seen = [post for post in refund.posts if post.visible_at <= asked.now]
    seen.sort(key=lambda post: (post.at, int(post.id)), reverse=True)
    shown = drifting(seen, page, size, faults)
    items: list[Answer] = [_refund_message(books, refund, post) for post in shown.rows]
    return {"refund_messages": Listed("refund_message", items), "total_results": shown.total}


def refund_message_add(books: Books, faults: Faults, asked: Asked) -> Answer:
    refund = _thread(books, asked)
    content = asked.required("content")
    if len(content.encode()) > TEXT_BYTES:
        raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:content")
    if not asked.image:
        raise Refusal(40, "Missing required arguments", "isv.missing-parameter:image")
    struck = faults.strikes("image_refused")
    if struck or len(asked.image) > IMAGE_BYTES or not asked.image.startswith(IMAGE_STARTS):
        raise Refusal(3, "Upload Fail", "isv.invalid-parameter:image")
    shown = asked.image if asked.image != PIXEL else b""
    post = books.answer(refund.id, "refund", content, "", asked.now, picture=shown)
    told: Answer = {"id": identifier(post.id), "created": stamp(post.at)}
    return {"refund_message": told}


def refund_get(books: Books, faults: Faults, asked: Asked) -> Answer:
    asked.required("fields")
    if faults.strikes("facts_unavailable"):
        raise Refusal(15, "Remote service error", "isp.top-remote-service-unavailable")
    return {"refund": _masked(_refund_facts(books, _refund(books, asked)), faults)}


def refunds_receive(books: Books, faults: Faults, asked: Asked) -> Answer:
    start, end = asked.moment("start_modified"), asked.moment("end_modified")
    page, size = asked.integer("page_no", 1, 10_000), asked.integer("page_size", 40, 100)
    if faults.strikes("paging_drift") and books.refunds:
        books.touch(min(books.refunds.values(), key=lambda one: one.modified), asked.now)
    found = [one for one in books.refunds.values() if start <= one.modified <= end]
    found.sort(key=lambda one: (one.modified, one.id), reverse=True)
    shown = drifting(found, page, size, faults)
    items: list[Answer] = [_refund_facts(books, one) for one in shown.rows]
    return {"refunds": Listed("refund", items), "total_results": shown.total}


def chat_messages(books: Books, faults: Faults, asked: Asked) -> Answer:
    chat_id = asked.params.get("chat_id", "")
    log = books.chats.get(chat_id, []) if chat_id else books.chat_log
    size = asked.integer("page_size", 100, 200)
    start = asked.params.get("start_created", "") or "0"
    rest = books.chat_after(asked.params.get("since_id", ""), log)
    seen = (post for post in rest if post.visible_at <= asked.now)
    fitting = (post for post in seen if int(milliseconds(post.at)) >= int(start))
    found = list(islice(fitting, size + 1))
    page = found[:size]
    return {
        "messages": Listed(
            "chat_message", [_masked(_chat_message(books, one), faults) for one in page]
        ),
        "last_id": identifier(page[-1].id) if page else None,
        "has_next": len(found) > size,
    }


def chat_send(books: Books, _: Faults, asked: Asked) -> Answer:
    chat_id, content = asked.required("chat_id"), asked.required("content")
    if chat_id not in books.chats:
        raise Refusal(15, "Remote service error", "isv.chat-not-exist")
    if len(content) > TEXT_CHARACTERS:
        raise Refusal(41, "Invalid arguments", "isv.invalid-parameter:content")
    post = books.answer(chat_id, "chat", content, asked.params.get("client_id", ""), asked.now)
    told: Answer = {"id": identifier(post.id), "created": int(milliseconds(post.at))}
    return {"chat_message": told}


def _group(books: Books, asked: Asked) -> None:
    name = asked.params.get("group_name", "")
    if name and name not in books.groups:
        raise Refusal(41, "Invalid arguments", "isv.group-not-exist")


def _thread(books: Books, asked: Asked) -> MockRefund:
    """The thread of an exchange has methods of its own."""
    refund = _refund(books, asked)
    if refund.kind == EXCHANGE:
        raise Refusal(15, "Remote service error", "isv.refund-not-exist", "退款不存在")
    return refund


def _refund(books: Books, asked: Asked) -> MockRefund:
    refund = books.refunds.get(asked.required("refund_id"))
    if refund is None:
        raise Refusal(15, "Remote service error", "isv.refund-not-exist", "退款不存在")
    return refund


def _masked(told: Answer, faults: Faults) -> Answer:
    nick = told["buyer_nick"]
    assert isinstance(nick, str)
    return {**told, "buyer_nick": f"{nick[:1]}**"} if faults.strikes("nick_masked") else told


def _refund_message(books: Books, refund: MockRefund, post: Post) -> Answer:
    pictures: list[Answer] = [{"url": url} for url in post.pictures]
    return {
        "id": identifier(post.id),
        "refund_id": identifier(refund.id),
        "refund_phase": refund.phase,
        "owner_id": 0,
        "owner_nick": post.buyer if post.by_buyer else "mock_shop",
        "owner_open_uid": open_uid(post.buyer, books.seed) if post.by_buyer else None,
        "owner_role": "1" if post.by_buyer else "2",
        "content": post.text,
        "created": stamp(post.at),
        "message_type": "NORMAL",
        "pic_urls": Listed("pic_url", pictures),
    }


def _refund_facts(books: Books, refund: MockRefund) -> Answer:
    order = refund.order
    deadline = refund.created + order.deadline
    remind: Answer = {"exist_timeout": True, "remind_type": 1, "timeout": stamp(deadline)}
    return {
        "refund_id": identifier(refund.id),
        "tid": identifier(order.tid),
        "oid": identifier(order.tid),
        "status": order.refund_status,
        "refund_phase": refund.phase,
        "refund_version": 1,
        "refund_remind_timeout": remind,
        "dispute_type": "TMALL_EXCHANGE" if refund.kind == EXCHANGE else "REFUND",
        "refund_fee": order.payment,
        "reason": order.reason,
        "buyer_nick": order.buyer,
        "buyer_open_uid": open_uid(order.buyer, books.seed),
        "seller_nick": "mock_shop",
        "title": order.title,
        "created": stamp(refund.created),
        "modified": stamp(refund.modified),
    }


def _chat_message(books: Books, post: Post) -> Answer:
    pictures: list[Answer] = [{"url": url} for url in post.pictures]
    return {
        "id": identifier(post.id),
        "chat_id": identifier(post.place),
        "buyer_nick": post.buyer,
        "buyer_open_uid": open_uid(post.buyer, books.seed),
        "direction": "buyer" if post.by_buyer else "seller",
        "content": post.text,
        "created": int(milliseconds(post.at)),
        "tid": identifier(post.order_id) if post.order_id else None,
        "client_id": post.client_id or None,
        "pic_urls": Listed("pic_url", pictures),
    }
