"""A page's markup, as a test asks about it."""

from selectolax.lexbor import LexborHTMLParser, LexborNode


def parse(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def find(html: str, selector: str) -> LexborNode:
    node = parse(html).css_first(selector)
    assert node is not None, f"no {selector}"
    return node


def has(html: str, selector: str) -> bool:
    return parse(html).css_first(selector) is not None
