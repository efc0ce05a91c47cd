"""What comes in, while a store lives through a story."""

from typing import Any

from responder.domain.model import Kind
from responder.store.inbox import Arrival
from tests.store.state_machine.chances import WORDS
from tests.store.state_machine.living import Living
from tests.store.together.accounts import Account


class Letters(Living):
    """Pages of an inbox: new messages, old ones again, copies of our replies, refusals."""

    def a_page_comes_in(self, account: int, letters: list[tuple[Any, ...]]) -> None:
        one = self.both.accounts[account]
        found = [self.arrival(one, *letter) for letter in letters]
        self.run(self.both.page(one, [arrival for arrival in found if arrival]))

    def arrival(self, one: Account, kind: str, *details: Any) -> Arrival | None:
        """A letter as the connector reports it; None where there is nothing of that sort."""
        match kind, *details:
            case "again", place:
                return one.arrivals[place % len(one.arrivals)] if one.arrivals else None
            case "copy" | "refusal", place, by_receipt:
                return self.about_a_reply(one, kind, place, by_receipt)
            case "buyer", thread, ago:
                fresh = one.shop.arrival(thread=thread, at=self.clock.now() - ago)
            case "seller", thread, ago, text:
                fresh = one.shop.our_own(text, thread=thread, at=self.clock.now() - ago)
            case "as approved", thread, ago:
                reply = self.both.twin(one.shop.conversation(thread)).reply
                text = reply.text if reply else WORDS[0]
                fresh = one.shop.our_own(text, thread=thread, at=self.clock.now() - ago)
            case "refusal of the last", thread, ago:
                fresh = one.shop.refusal("", thread=thread, at=self.clock.now() - ago)
            case _, thread, author:
                fresh = one.shop.arrival(author, "notice", thread=thread, kind=Kind.NOTICE)
        one.arrivals.append(fresh)
        return fresh

    def about_a_reply(
        self, one: Account, kind: str, place: int, by_receipt: bool
    ) -> Arrival | None:
        """A reply of ours read back, or refused by mail."""
        if not one.deliveries:
            return None
        delivery = one.deliveries[-1 - place % len(one.deliveries)]
        if kind == "refusal":
            refuses = delivery.receipt if by_receipt else delivery.id
            return one.shop.refusal(refuses, thread=delivery.thread)
        if by_receipt:
            return one.shop.our_own(delivery.text, thread=delivery.thread, name=delivery.receipt)
        return delivery.arrival
