"""HTML as a person would read it."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connectors.mail.wire import text
from connectors.mail.wire.mime import Mail


def everything(mail: Mail) -> str:
    """All of a mail's text as a person would read it, for notices that have no frame."""
    return mail.plain.strip() or (page_text(LexborHTMLParser(mail.html)) if mail.html else "")


def page_text(page: LexborHTMLParser) -> str:
    for node in page.css("script, style, head"):
        node.decompose()
    return node_text(page.body).strip() if page.body is not None else ""


def node_text(node: LexborNode) -> str:
    for line_break in node.css("br"):
        line_break.replace_with("\n")
    for block in node.css("p, div, tr, li, h1, h2, h3"):
        block.insert_after("\n")
    return re.sub(r"\n{3,}", "\n\n", text.clean(node.text()))
