"""Takes personal data out of what leaves the house, and puts it back into what returns.

Found by form, so best effort: names that the marketplace tells or that follow "my name is",
e-mail addresses, links, long numbers that are no fact of the order, IBANs, and lines that look
like a postal address. A stand-in says what it stands for: ``[[NAME_1]]``.
"""

import re
from collections.abc import Collection, Iterable
from functools import partial
from itertools import count

STAND_IN = re.compile(r"\[\[([A-Z]{3,8})_(\d{1,3})\]\]")
_BRACKETS = re.compile(r"\[(?=\[)|\](?=\])")
_CJK_NAME = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_SAID_NAME = re.compile(
    r"(?i:my name is|i am called|ich heiße|mein name ist|je m['’]appelle|mon nom est|me llamo|"
    r"mi nombre es|mi chiamo|il mio nome è|meu nome é|mijn naam is|nazywam się|benim adım|اسمي|"
    r"我叫|我的名字是|我姓|收件人[是:：]?|私の名前は)\s{0,3}"
    r"((?:[A-ZÀ-Þ][\w'’.-]{1,30})(?:[ ][A-ZÀ-Þ][\w'’.-]{1,30}){0,3}|"
    r"[\u3040-\u30ff\u3400-\u9fff]{2,4}|[\u0621-\u064a]{2,20})"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("EMAIL", re.compile(r"[\w.%+-]{1,64}\s?[@＠]\s?[\w-]{1,63}(?:\s?[.．]\s?[\w-]{2,24}){1,4}")),
    ("LINK", re.compile(r"(?i)(?:https?://|www\.)[^\s<>\"'）)，。]{1,500}")),
    ("IBAN", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")),
    (
        "ADDRESS",
        re.compile(
            # 12 Main Street, 12-14 rue de la Paix
            r"(?i)\b\d{1,5}[a-z]?(?:-\d{1,5})?,?\s(?:(?:bis|ter)\s)?"
            r"(?:[\w.'’À-ÿ-]{1,30}\s){0,4}?(?:street|st\.|road|rd\.|avenue|ave\.?|lane|drive|blvd|"
            r"boulevard|court|square|rue|place|allée|chemin|impasse)\b[^\n;]{0,60}"
            # Hauptstraße 12, Calle Mayor 3, Via Roma 5
            r"|\b[\w.À-ÿ-]{0,30}(?:straße|strasse|str\.|weg|platz|gasse|allee|straat|laan)\s\d{1,5}\s?[a-z]?\b[^\n;]{0,40}"
            r"|\b(?:calle|avenida|via|viale|piazza|corso|rua|ulica|ul\.)\s(?:[\w.'’À-ÿ-]{1,30}\s){1,4}\d{1,5}\b[^\n;]{0,40}"
            # 浙江省杭州市西湖区文三路1号, 東京都港区芝公園4-2-8
            r"|[\u4e00-\u9fff]{2,8}(?:省|市|自治区|都|府|県)[\u4e00-\u9fff\w-]{1,40}?"
            r"(?:路|街|道|巷|弄|村|小区|区|町|丁目)[\u4e00-\u9fff\w-]{0,30}(?:\d{1,5}(?:号|室|栋|楼|番地|[-－]\d{1,5}){0,6})?"
        ),
    ),
    ("NUMBER", re.compile(r"\+?\(?\d(?:[\s().\-–/]{0,2}\d){6,22}")),
)


class Mask:
    """One conversation's stand-ins: the same words always get the same one."""

    def __init__(
        self, names: Iterable[str] = (), keep: Collection[str] = (), *, on: bool = True
    ) -> None:
        self._on = on
        self._keep = {_bare(value) for value in keep}
        self._numbers = count(1)
        self._stand_ins: dict[str, str] = {}
        parts = {part for name in names for part in _parts(name)}
        self._names = [_whole(part) for part in sorted(parts, key=len, reverse=True)]

    def hide(self, text: str) -> str:
        """``text`` fit to leave the house. What looks like a stand-in already is broken up."""
        text = _BRACKETS.sub(lambda bracket: f"{bracket[0]} ", text)
        if not self._on:
            return text
        text = _SAID_NAME.sub(self._said, text)
        for kind, form in _FORMS:
            text = form.sub(partial(self._replaced, kind), text)
        for name in self._names:
            text = name.sub(lambda found: self._stand_in("NAME", found[0]), text)
        return text

    def show(self, text: str) -> str:
        """``text`` with every known stand-in as what it stands for; unknown ones stay."""
        known = {stand_in: words for words, stand_in in self._stand_ins.items()}
        return STAND_IN.sub(lambda found: known.get(found[0], found[0]), text)

    def _said(self, said: re.Match[str]) -> str:
        before = said[0][: said.start(1) - said.start()]
        return before + self._stand_in("NAME", said[1])

    def _replaced(self, kind: str, found: re.Match[str]) -> str:
        words = found[0]
        bare = _bare(words)
        return words if any(bare in value for value in self._keep) else self._stand_in(kind, words)

    def _stand_in(self, kind: str, words: str) -> str:
        if words not in self._stand_ins:
            self._stand_ins[words] = f"[[{kind}_{next(self._numbers)}]]"
        return self._stand_ins[words]


def _bare(words: str) -> str:
    return "".join(character for character in words if character.isalnum()).casefold()


def _parts(name: str) -> Iterable[str]:
    """A whole name, and its parts where they are long enough to mean somebody."""
    name = name.strip()
    least = 2 if _CJK_NAME.search(name) else 3
    yield from (
        one for one in (name, *name.split()) if len(one) >= least and any(map(str.isalpha, one))
    )


def _whole(name: str) -> re.Pattern[str]:
    words = re.escape(name)
    bounded = words if _CJK_NAME.search(name) else rf"(?<!\w){words}(?!\w)"
    return re.compile(bounded, re.IGNORECASE)
