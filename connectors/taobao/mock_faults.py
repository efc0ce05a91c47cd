"""The faults that the mock can have (protocols C17-C27), each with its rate by default."""

from datetime import datetime

from connectors.faults import Faults
from connectors.taobao.mock_books import Books
from connectors.top.mock_gateway import GATEWAY_FAULTS

KNOWN_FAULTS = {
    **GATEWAY_FAULTS,
    "refund_unavailable": 0.0,  # refund threads only: isp.top-remote-service-unavailable
    "exchange_error_inside": 0.0,  # exchanges only: error_code inside a good answer
    "facts_unavailable": 0.0,  # taobao.refund.get only: the same
    # TMC
    "tmc_dropped": 0.0,  # a message is in its refund thread, and no event ever tells of it
    "tmc_redeliver": 0.0,  # a confirmed message comes again
    "tmc_confirm_lost": 0.0,  # half of what is confirmed is not, and TOP says yes all the same
    "tmc_impatient": 0.0,  # what is not confirmed comes again at once, not after five minutes
    "tmc_broken_content": 0.0,  # beside a buyer's message: an event whose content is no JSON
    "tmc_unknown_topic": 0.0,  # beside it: an event of a topic that nobody asked for
    "refund_missing": 0.0,  # beside it: an event about a refund that does not exist
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
    if faults.strikes("refund_missing"):
        number = 990_000_000_000_000_000 + books.queue.put_total
        content = f'{{"refund_id":{number},"refund_phase":"aftersale"}}'
        books.publish("taobao_refund_RefundCreateMessage", content, now)
