"""What was said in a thread about something broken."""

from datetime import UTC, datetime, timedelta

from responder.domain.model import Author, Kind, Message, MessageId

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PHOTO = ({"name": "crack.jpg", "content_type": "image/jpeg"},)


def said(*texts: str, photos: bool = False, by_us: str = "") -> list[Message]:
    """A thread: the buyer begins, then we, and so on."""
    return [
        Message(
            id=MessageId(str(place)),
            seq=place,
            author=Author.SELLER if place % 2 == 0 else Author.BUYER,
            kind=Kind.CHAT,
            sent_at=NOW - timedelta(minutes=60 - place),
            stored_at=NOW,
            text=text,
            attachments=PHOTO if photos and place % 2 else (),
            approved_by=by_us if place % 2 == 0 else "",
        )
        for place, text in enumerate(texts, start=1)
    ]


BROKEN = "The cup arrived broken."
