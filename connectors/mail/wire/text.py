"""Bytes and encoded words to clean text, whatever a mail claims about itself."""

import binascii
import codecs
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header

_CHARSET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}")
# Labels that are narrower than what is really sent under them.
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso2022_jp": "iso2022_jp_ext",
}
_KNOWN_LIST = (
    "utf-8 utf-8-sig utf-16 utf-16-be utf-16-le utf-32 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 "
    "cp1256 cp1257 cp1258 cp437 cp850 cp874 cp932 cp949 koi8-r koi8-u mac-roman tis-620 "
    "iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 "
    "iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16 gb18030 hz big5 big5hkscs "
    "euc_jp euc_jis_2004 shift_jis_2004 iso2022_jp_ext iso2022_jp_2 iso2022_jp_1 iso2022_jp_3 "
    "iso2022_kr johab"
)
_KNOWN = frozenset(_KNOWN_LIST.split())
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_INVISIBLE = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\ufeff"}
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_DASHES = {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2212\uff0d"}
_ORDER_ID = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{7}-[0-9]{7}(?![0-9-])")


def decoded(data: bytes, charset: str) -> tuple[str, str]:
    """Text of ``data`` and a warning ("" when the declared charset was right).

    Never fails: a byte order mark wins, then the declared charset, then UTF-8,
    then Windows-1252 with every byte that it lacks replaced.
    """
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return data.decode(codec, "replace"), ""
    codec, warning = _codec(charset)
    text = _strictly(data, "utf-8")
    if text is not None and not codec:
        return text, warning if data.isascii() else warning or "no charset declared"
    if text is not None and codec.startswith(("cp125", "iso8859")) and not data.isascii():
        return text, f"declared {charset}, is utf-8"
    if codec and (text := _strictly(data, codec)) is not None:
        return text, ""
    return _repaired(data, codec), warning or f"not valid {charset or 'utf-8'}"


def words(raw: str) -> str:
    """A header's value with its encoded words decoded, on one line, without control characters.

    Neighboring encoded words are joined as bytes first, so that a character
    which was split between two of them survives.
    """
    raw = undeclared(raw)
    if "=?" not in raw:
        return one_line(raw)
    try:
        chunks = decode_header(_SPACES.sub(" ", raw))
    except (HeaderParseError, binascii.Error, ValueError):
        return one_line(raw)
    return one_line("".join(_chunk(chunk, charset) for chunk, charset in chunks))


def undeclared(raw: str) -> str:
    """Header text whose 8-bit bytes came in as surrogates (the parser's way)."""
    data = raw.encode("utf-8", "surrogateescape")
    return decoded(data, "")[0] if not data.isascii() else raw


def clean(text: str) -> str:
    """``text`` without what no store can hold: NUL, other controls, half characters."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str) -> str:
    """``text`` for a subject or a name: controls and runs of white space become one space."""
    return _SPACES.sub(" ", clean(text)).strip()


def order_ids(text: str) -> tuple[str, ...]:
    """Every order id in ``text``, each once, in order.

    Zero-width characters, other dashes and full-width digits are seen through.
    """
    plain = text.translate(_INVISIBLE).translate(_DASHES)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    return tuple(dict.fromkeys(_ORDER_ID.findall(plain)))


def file_name(raw: str, fallback: str) -> str:
    """A name that is safe to show and to save: no path, no control or bidi characters."""
    name = one_line(words(raw).translate(_BIDI).translate(_INVISIBLE))
    name = re.sub(r'[:*?"<>|]', "_", re.split(r"[/\\]", name)[-1]).strip(" .")
    return name[-150:] or fallback


def unflowed(text: str, *, delete_space: bool) -> str:
    """Text of ``format=flowed`` (RFC 3676) with its soft line breaks undone."""
    lines: list[str] = []
    soft = False
    for raw in text.split("\n"):
        line = raw.removeprefix(" ")
        if soft:
            lines[-1] += line
        else:
            lines.append(line)
        soft = line.endswith(" ") and line != "-- "
        if soft and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _codec(charset: str) -> tuple[str, str]:
    """The codec to use and a warning. "" when nothing, or nothing known, is declared."""
    if not charset:
        return "", ""
    unknown = f"unknown charset {one_line(charset)[:40]}"
    if not _CHARSET_NAME.fullmatch(charset):
        return "", unknown
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return "", unknown
    name = _WIDER.get(name, name)
    return (name, "") if name in _KNOWN else ("", unknown)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def _repaired(data: bytes, codec: str) -> str:
    """Every byte as some character: none is dropped without a replacement character."""
    text = data.decode(codec or "cp1252", "replace")
    if codec == "utf-8" and text.replace("\ufffd", "").isascii():  # not one good character
        return data.decode("cp1252", "replace")
    return text


def _chunk(chunk: bytes | str, charset: str | None) -> str:
    if isinstance(chunk, str):
        return chunk
    if charset is None:  # plain text between encoded words, as the parser spells it
        return _strictly(chunk, "raw-unicode-escape") or chunk.decode("latin-1")
    return decoded(chunk, charset)[0]
