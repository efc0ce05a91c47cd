"""The faults that the mock can have (protocols C17-C27), each with its rate by default."""

from datetime import datetime

from connectors.faults import Faults
from connectors.taobao.mock_books import Books
from connectors.top.mock_gateway import GATEWAY_FAULTS
from connectors.top.mock_token import TOKEN_FAULTS

OTHER = ("987654321", "other_shop")  # a shop whose refunds nobody here can read
KNOWN_FAULTS = {
    **GATEWAY_FAULTS,
    **TOKEN_FAULTS,
    "refund_unavailable": 0.0,  # refund threads only: isp.top-remote-service-unavailable
    "exchange_error_inside": 0.0,  # exchanges only: error_code inside a good answer
    "facts_unavailable": 0.0,  # taobao.refund.get only: the same
    "memo_exists": 0.0,  # code 566 for a memo, as ``memo.add`` says of a second one
    "memo_too_long": 0.0,  # code 565 for a memo within the limit
    "image_refused": 0.0,  # code 3 for the picture that goes with an answer
    # lists of refunds, of the messages of one and of orders
    "paging_drift": 0.0,  # while a list is read, something in it changes and moves to its front
    "total_wrong": 0.0,  # total_results names one too few or too many
    "page_repeats": 0.0,  # a page ends with a row of the page before it
    # TMC
    "tmc_dropped": 0.0,  # a message is in its refund thread, and no event ever tells of it
    "tmc_redeliver": 0.0,  # a confirmed message comes again
    "tmc_confirm_lost": 0.0,  # half of what is confirmed is not, and TOP says yes all the same
    "tmc_impatient": 0.0,  # what is not confirmed comes again at once, not after five minutes
    "tmc_broken_content": 0.0,  # beside a buyer's message: an event whose content is no JSON
    "tmc_unknown_topic": 0.0,  # beside it: an event of a topic that nobody asked for
    "refund_missing": 0.0,  # beside it: an event about a refund that does not exist
    "tmc_other_shop": 0.0,  # beside it: an event about another shop of the same TMC group
    "refund_lag": 0.0,  # the event comes half a minute before the message can be read
    "nick_masked": 0.0,  # a buyer's nick is told as "张**"; the open_uid stays
    # chat
    "chat_overtaken": 0.0,  # a message can be read only after those with higher ids
}


def publish_beside(books: Books, faults: Faults, now: datetime) -> None:
    """Events that come along with a buyer's message and are none (protocols C22, C23)."""
    if faults.strikes("tmc_broken_content"):
        books.publish("taobao_refund_RefundCreateMessage", '{"refund_id":11', now)
    if faults.strikes("tmc_unknown_topic"):
        books.publish("taobao_item_ItemStockChanged", '{"num_iid":1}', now)
    if faults.strikes("tmc_other_shop"):
        number = 880_000_000_000_000_000 + books.queue.put_total
        content = f'{{"refund_id":{number},"refund_phase":"aftersale","seller_nick":"{OTHER[1]}"}}'
        books.publish("taobao_refund_RefundCreateMessage", content, now, seller=OTHER)
    if faults.strikes("refund_missing"):
        number = 990_000_000_000_000_000 + books.queue.put_total
        content = f'{{"refund_id":{number},"refund_phase":"aftersale"}}'
        books.publish("taobao_refund_RefundCreateMessage", content, now)
