"""What workers do, while a store lives through a story."""

from responder.domain.model import State
from tests.store.state_machine.living import Living


class Workers(Living):
    """They take what is due, are slow, send, and hear what became of it."""

    def first_words_are_said(self, place: int, fate: str) -> None:
        names = self.both.names(*State)
        if names:
            self.run(self.both.speak_first(names[place % len(names)], fate))

    def a_worker_takes_what_is_due(self, queue: str, slow: bool) -> None:
        claims = self.run(self.both.hand_out(queue))
        for claim in claims if queue == "watch" and not slow else ():
            self.run(self.both.announce(claim))

    def a_slow_worker_goes_on(self, place: int, fate: str, can_tell: bool) -> None:
        claims = [(name, claim) for name, hand in self.both.hands.items() for claim in hand]
        if not claims:
            return
        name, claim = claims[-1 - place % len(claims)]
        match name:
            case "draft":
                self.run(self.both.store_draft(claim, stale=not can_tell))
            case "watch":
                self.run(self.both.announce(claim))
            case _ if all(one.claim != claim for one in self.both.wire):
                self.run(self.both.send(claim, fate, can_tell=can_tell))
            case _:  # a worker waits for its answer before it asks again
                pass

    def everything_due_is_sent(self, fate: str, *, can_tell: bool, hears: bool) -> None:
        for claim in self.run(self.both.hand_out("outbox")):
            on_the_wire = len(self.both.wire)
            self.run(self.both.send(claim, fate, can_tell=can_tell))
            if hears and len(self.both.wire) > on_the_wire:
                self.run(self.both.hear(self.both.wire.pop()))

    def an_answer_comes_to_a_worker(self, place: int) -> None:
        self.run(self.both.hear(self.both.wire.pop(-1 - place % len(self.both.wire))))
