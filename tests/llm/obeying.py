"""A model that obeys whoever writes to it."""

import json

from responder.drafting.llm.port import Answer, Ask


class Obeying:
    """A model that says what it was told to say."""

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.asked = 0

    async def ask(self, ask: Ask) -> Answer:
        self.asked += 1
        said = {"reply": self.reply, "facts_used": [], "needs_human": False}
        return Answer(text=json.dumps(said, ensure_ascii=False))
