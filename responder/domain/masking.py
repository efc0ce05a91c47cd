"""What is taken out of a buyer's words before they are kept to learn from."""

import re

_LONGEST = 1_500  # characters: the last ones, as the drafter reads them
_MASKS = (
    (re.compile(r"(?:https?://|www\.)\S{1,500}", re.IGNORECASE), "(link)"),
    (re.compile(r"[\w.+-]{1,64}@[\w.-]{1,200}"), "(mail)"),
    (re.compile(r"\b[A-Za-z]{1,4}\d[A-Za-z\d]{6,30}\b"), "(number)"),
    (re.compile(r"\+?\d(?:[ \t().-]{0,2}\d){4,30}"), "(number)"),
)


def masked(text: str, *names: str) -> str:
    """``text`` without mail addresses, links, long numbers (orders, telephones) and ``names``."""
    text = text[-_LONGEST:]
    for name in names:
        if len(name) > 1:
            text = re.sub(re.escape(name), "(name)", text, flags=re.IGNORECASE)
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text.strip()
