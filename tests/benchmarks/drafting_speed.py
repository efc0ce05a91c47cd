"""What a proposal costs, part by part, on one core.

    python tests/benchmarks/drafting_speed.py [--rounds N]

Prints, as JSON: the time to import, to read the shipped files and to load the language model, the
memory these take, and CPU microseconds a message for each part and for the whole.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from responder.domain.model import Author, Fact, Kind, Message, MessageId
from responder.drafting import Drafting, Question, load
from responder.drafting.language import detect, warm_up

CONFIG = Path(__file__).parents[2] / "config"
AT = datetime(2024, 5, 1, tzinfo=UTC)
FACTS = {
    "order.id": Fact(value="123-1234567-1234567", source="order"),
    "order.status": Fact(value="shipped", source="order"),
    "order.carrier": Fact(value="DHL", source="order"),
    "order.tracking_number": Fact(value="JD014600006821234567", source="order"),
}
MESSAGES = {
    "en": (
        "Hi, where is my order? It was due on Monday and nothing has come.",
        "The kettle does not work any more. What can you offer me?",
        "Do you ship to Canada, and how long does it take?",
        "Thanks a lot!",
    ),
    "zh": (
        "亲，我的快递三天没更新了，帮我看看到哪了",
        "收到的杯子碎了，怎么处理",
        "这个能开发票吗，抬头要公司的",
        "好的谢谢",
    ),
    "de": (
        "Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche.",
        "Ich möchte den Artikel zurückschicken, er passt leider nicht.",
    ),
}


def question(text: str, language: str) -> Question:
    message = Message(
        id=MessageId("1"),
        seq=1,
        author=Author.BUYER,
        kind=Kind.CHAT,
        sent_at=AT,
        stored_at=AT,
        text=text,
    )
    return Question(
        marketplace="taobao" if language == "zh" else "amazon",
        buyer="Kim",
        messages=[message],
        facts=FACTS,
        default_language=language,
        byte_limit=400 if language == "zh" else None,
    )


def microseconds(work: Callable[[str], object], texts: Sequence[str], rounds: int) -> int:
    """CPU time of ``work`` for one text, the best of three tries."""
    tries = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(rounds):
            for text in texts:
                work(text)
        tries.append((time.process_time() - start) / (rounds * len(texts)))
    return round(min(tries) * 1_000_000)


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def parts(drafting: Drafting, language: str, rounds: int) -> dict[str, int]:
    texts = MESSAGES[language]
    replies = [drafting.propose(question(text, language)).text for text in texts]
    marketplace = "taobao" if language == "zh" else "amazon"
    return {
        "language": microseconds(lambda text: detect(text, "en"), texts, rounds),
        "intent": microseconds(
            lambda text: drafting._intents.understand(text, [language]),
            texts,
            rounds,
        ),
        "rules": microseconds(lambda text: drafting.check(text, marketplace), replies, rounds),
        "whole proposal": microseconds(
            lambda text: drafting.propose(question(text, language)), texts, rounds
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    before, start = megabytes(), time.perf_counter()
    drafting = load(CONFIG / "templates", CONFIG / "rules", CONFIG / "intents")
    read, start = time.perf_counter() - start, time.perf_counter()
    filled = megabytes()
    warm_up()
    found = {
        "templates": len(drafting.templates),
        "read the files": {"s": round(read, 2), "MB": round(filled - before)},
        "load the language model": {
            "s": round(time.perf_counter() - start, 2),
            "MB": round(megabytes() - filled),
        },
        "CPU microseconds a message": {
            language: parts(drafting, language, rounds) for language in MESSAGES
        },
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
