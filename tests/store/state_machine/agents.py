"""What agents do, while a store lives through a story."""

from dataclasses import replace

from responder.domain.model import ConversationId, State, Token
from responder.store.conversations import Asked
from tests.store.state_machine.living import Living


class Agents(Living):
    """They answer, change their minds, attach files, ask for a second yes, come too late."""

    def an_agent_answers(self, conversation: ConversationId, agent: str, text: str) -> None:
        """The whole way from a message to an approval."""
        twin = self.both.twins[conversation]
        token = self.run(self.both.claim(conversation, agent))
        if token is None:
            return
        if not twin.current_draft:
            self.run(self.both.reject(conversation, agent, None, again=True))
            self.everything_is_drafted()
        if len(text) % 2:
            self.run(self.both.attach(conversation, token))
        files = twin.files_at(self.clock.now())[: len(text) % 3]
        work = self.both.approve(conversation, agent, token, text, twin.version, files=files)
        self.run(work)
        assert twin.state is State.APPROVED

    def everything_is_drafted(self) -> None:
        for claim in self.run(self.both.hand_out("draft")):
            self.run(self.both.store_draft(claim))

    def an_agent_does_something_else(
        self, place: int, agent: str, verb: str, off: int | None
    ) -> None:
        names = self.both.names(*State)
        if not names:
            return
        conversation = names[place % len(names)]
        twin = self.both.twins[conversation]
        match verb:
            case "claim":
                self.run(self.both.claim(conversation, agent))
            case "take over":
                self.run(self.both.take_over(conversation, agent))
            case "withdraw":
                self.run(self.both.withdraw(conversation, agent, of_anybody=off == 0))
            case "reject" | "redraft":
                version = None if off is None else twin.version + off
                self.run(self.both.reject(conversation, agent, version, again=verb == "redraft"))
            case "decline" if conversation in self.both.asked:
                self.run(self.both.decline(conversation, agent, self.asked_of(conversation, off)))
            case "improve":
                self.run(self.both.improve(conversation, off or 0))
            case "settle":
                self.run(self.both.settle(conversation, was_sent=off is None))
            case "dismiss":
                newest = None if off is None else twin.newest + off
                self.run(self.both.dismiss(conversation, agent, newest))

    def a_file_is_put_there_or_taken_away(
        self, place: int, agent: str, put: bool, claims: bool
    ) -> None:
        """By who claims it now, or by who may have held it some time."""
        names = self.both.names(State.WAITING, State.APPROVED)
        if not names:
            return
        conversation = names[place % len(names)]
        token = self.run(self.both.claim(conversation, agent)) if claims else None
        old = [one for name, _, one in self.both.tokens if name == conversation]
        do = self.both.attach if put else self.both.detach
        self.run(do(conversation, token or Token(old[-1] if old else "none")))

    def asked_of(self, conversation: ConversationId, off: int | None) -> Asked:
        """What was asked, or something that was asked before it."""
        asked = self.both.asked[conversation]
        return asked if off == 0 else replace(asked, id="before")

    def a_second_yes_is_asked_for(
        self, place: int, agent: str, text: str, off: int, agrees: bool | None
    ) -> None:
        """Somebody prepares a reply; a colleague may agree to it, or to what was asked before."""
        names = self.both.names(State.WAITING)
        if not names:
            return
        conversation = names[place % len(names)]
        twin = self.both.twins[conversation]
        token = self.run(self.both.claim(conversation, agent))
        if token is None:
            return
        if len(text) % 3 == 0:
            self.run(self.both.release(conversation, token))
            if len(text) % 2:
                self.run(self.both.claim(conversation, "mia"))
            token = Token("")
        newest, saw_ask = twin.newest - off, len(text) % 5 > 0
        self.run(
            self.both.ask(conversation, agent, token, text, twin.version, newest, saw_ask=saw_ask)
        )
        if agrees is None and len(text) % 2:  # who read it before that answers without a claim
            words, newest = f"{text} Yours, Sue", twin.newest
            work = self.both.approve(
                conversation, "sue", Token(""), words, twin.version, newest, saw_ask=False
            )
            self.run(work)
        if agrees is None or conversation not in self.both.asked:
            return
        asked = self.asked_of(conversation, 0 if agrees else 1)
        meanwhile = ("", "sue", agent, "mia")[len(text) % 4]
        if meanwhile:  # looks on, writes on, or is a third person
            self.run(self.both.claim(conversation, meanwhile))
        self.run(
            self.both.approve(
                conversation,
                "sue",
                Token(""),
                asked.text,
                asked.version,
                asked.newest,
                agrees=asked,
            )
        )

    def an_agent_uses_an_old_claim(
        self, place: int, text: str, off: int | None, unread: int | None
    ) -> None:
        tokens = [one for one in self.both.tokens if one[0] in self.both.twins]
        if not tokens:
            return
        conversation, agent, token = tokens[-1 - place % len(tokens)]
        if len(text) % 3 == 0:
            token = Token("")  # and without any
        if off is None:
            self.run(self.both.release(conversation, token))
        else:
            twin = self.both.twins[conversation]
            newest = None if unread is None else twin.newest - unread
            version, saw_ask = twin.version + off, len(text) % 5 > 0
            self.run(
                self.both.approve(
                    conversation, agent, token, text, version, newest, saw_ask=saw_ask
                )
            )
