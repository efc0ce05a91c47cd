"""Rules that need to know the conversation: its money, its language, its orders, its facts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from responder.domain.ladder import Caps
from responder.domain.model import Finding, Severity
from responder.drafting.disguise import View, plain
from responder.drafting.full_refund import goods_come_back, promises
from responder.drafting.known import Known
from responder.drafting.language import detect, is_surely
from responder.drafting.money import Amount, amounts, values
from responder.drafting.numbers import HAN_DIGIT, NUMBER
from responder.drafting.sweep import one_of

CAP_RULE = "amount_above_cap"  # a supervisor may let it pass without saying why

OTHER_ORDER = "an order that is none of this buyer's"
TAKE_OUT = "take it out: it is not theirs"
OFFER_LESS = "offer less, or ask a supervisor"
THEIR_LANGUAGE = "answer in the language in which they wrote"
ALL_OF_IT = "all of the money is promised; what the order came to is not known"
SEE_ORDER = "look at what the order came to; above the cap a supervisor decides"
SAID = (OTHER_ORDER, TAKE_OUT, OFFER_LESS, THEIR_LANGUAGE, ALL_OF_IT, SEE_ORDER)

_NUMBER = re.compile(NUMBER)
_FROM_THERE_ON = re.compile(r"[满滿够]")  # 满39元送: what somebody must buy for, and is not given
_OFF = re.compile(r"[减返送省](\d{1,5})(?![\d%天件])")  # 满300减50: what a coupon comes to
_PERCENT = re.compile(r"(?<!\d)(?<!\d[.,])(\d{1,3}) {0,2}[%％]")
_HALF = one_of(
    r"\bhalf (?:of )?(?:the |your |our )?(?:price|money|amount|cost|value|sum|total)"
    r"|\bhalf (?:back|off)\b|hälfte (?:des (?:preis|kauf|betrag)|vom preis|zurück)"
    r"|erstatt\w{0,4} (?:ihnen )?die hälfte|moitié (?:du (?:prix|montant)|de la somme)"
    r"|rembours\w{0,4} (?:de )?la moitié|mitad (?:del (?:precio|importe)|de su dinero)"
    r"|metà (?:del (?:prezzo|importo)|dei soldi|della somma)|半額|一半的?(?:钱|款)"
    r"|退.{0,4}一半|半价"
)
_OFFER = one_of(
    r"refund|compensat|reimburs|credit|discount|money back|goodwill|\boff\b|gesture|"
    r"\bkeep (?:it|the|them|this)\b|\bback (?:to|on|in)(?:to)? your\b|"
    r"\b(?:return|give|send|pay|put)(?:ing)? (?:you |back )?(?:eur|€|us\$|\$|£|\d)|"
    r"(?:\d|euros?|eur|usd|dollars?|pounds?|[€$£]) back\b|"
    r"\b(?:return|pay|give)\b[^.!?]{0,40} to you\b|\breverser|\bverser|"
    r"\bzurück\b|\brendus?\b|\bindietro\b|\bindemnité|"
    r"erstatt|gutschr|rabatt|entschädig|nachlass|kulanz|behalten|rembours|\bavoir\b|réduction|"
    r"remise|dédommag|geste commercial|gard(?:ez|er)|reembols|descuento|compens|"
    r"devol[vu]|qued(?:a|e|arse)|rimbors|sconto|indenniz|risarc|ten(?:ere|ga|ersi)|"
    r"退|补偿|赔|返|优惠|减免|补给?您|给[您你][转发打]|补(?:偿|贴)?您|返金|お返し|お戻し|割引|補償"
)
# Yuan, as said: 退您50, 给您补偿一百五. Not 退20件, 返15天, 退款10-15天.
_COUNTED = "天号件个次日小%年月折倍双条张只套瓶盒包片支枚位份分点多几克斤码台部本时工"
_SO_MUCH = re.compile(
    rf"(?:退款?|返现?|赔[偿付]?|补[偿贴]?|转账?)(?:给)?(?:您|你)?(\d{{2,5}}|{HAN_DIGIT}{{2,8}})"
    rf"(?!{HAN_DIGIT}| ?[\d{_COUNTED}]|:\d|\.\d(?!\d)| ?[-~–—到至] ?\d{{1,3}} ?[{_COUNTED}])"
)
_DASHES = re.compile("[ ‐-―−]")
_ORDER_ID = re.compile(
    r"(?<![A-Za-z0-9-])(?:\d{3}[- ‐-―−]\d{7}[- ‐-―−]\d{7}|\d{16,19})(?![A-Za-z0-9-])"
)
_GLANCE = 500  # characters, of the beginning and the end, that tell what language a reply is in
_LEAST_TO_TELL = 24  # bytes of text: with less a language is guessed


def grounded(text: str, view: View, known: Known) -> Iterator[Finding]:
    """What ``text`` says that this conversation does not bear; ``view`` is its plain form."""
    for found in _amounts(view.text, known):
        start, end = view.span(found.start, found.end)
        yield replace(found, start=start, end=end)
    for found in _orders(view.text, known):
        start, end = view.span(found.start, found.end)
        yield replace(found, start=start, end=end)
    yield from _language(text, known)


def _amounts(text: str, known: Known) -> Iterator[Finding]:
    """Money that is offered beyond what an agent may give away alone."""
    if known.caps is None:
        return
    yield from _everything(text, known)
    own = {value for said in known.amounts for value in _own(said)}
    offers = [*_offers(text, known, own)]
    if offers and _OFFER.is_in(text):
        yield from offers


@lru_cache(1_024)
def _own(said: str) -> frozenset[Decimal]:
    """The amounts that a fact names: of "3 EUR off, within 30 days" the three euros alone."""
    if _NUMBER.fullmatch(said):
        return frozenset(values(said))
    read = plain(said).text
    named = [value for amount in amounts(read) for value in amount.values]
    return frozenset((*named, *map(Decimal, _OFF.findall(read))))


def _offers(text: str, known: Known, own: set[Decimal]) -> Iterator[Finding]:
    caps = known.caps
    assert caps is not None
    total = _total(known.facts.get("order.total", ""))
    for amount in amounts(text):
        if not amount.values or own & {*amount.values}:
            continue
        if _FROM_THERE_ON.search(text, max(0, amount.start - 2), amount.start):
            continue
        place = (amount.start, amount.end)
        if caps.currency not in amount.currencies:
            message = f"an amount in another currency than the approved one ({caps.currency})"
            yield _finding(CAP_RULE, place, message, f"say it in {caps.currency}")
        elif amount.values[0] > caps.agent and not _is_paid_back(amount, total, text):
            yield _above(place, known)
    if total is not None and known.facts.get("order.currency") == caps.currency:
        yield from (_above(place, known) for place in _shares(text, total, caps))
    yield from (_above(place, known) for place in _so_much(text, total, caps))


def _shares(text: str, total: Decimal, caps: Caps) -> Iterator[tuple[int, int]]:
    """Where a part of ``total`` beyond the cap is named: 50 %, half of the price."""
    for match in _PERCENT.finditer(text) if "%" in text or "％" in text else ():
        if total * int(match[1]) / 100 > caps.agent:
            yield match.span()
    if total / 2 > caps.agent:
        yield from ((start, end) for _, start, end in _HALF.places(text))


def _so_much(text: str, total: Decimal | None, caps: Caps) -> Iterator[tuple[int, int]]:
    """Where more than the cap is named without a currency, as it is said in Chinese."""
    for match in _SO_MUCH.finditer(text) if caps.currency == "CNY" else ():
        said = values(match[1])
        if said and said[0] > caps.agent and total not in said:
            yield match.span()


def _is_paid_back(amount: Amount, total: Decimal | None, text: str) -> bool:
    """Whether this is what they paid, against what they bought."""
    return total in amount.values and goods_come_back(text)


def _everything(text: str, known: Known) -> Iterator[Finding]:
    """All of the money, promised without saying how much that is."""
    total = _total(known.facts.get("order.total", ""))
    for place in promises(text):
        if total is None:
            found = _finding("full_refund", place, ALL_OF_IT, SEE_ORDER)
            yield replace(found, severity=Severity.WARN)
        elif known.caps is not None and total > known.caps.agent:
            yield _above(place, known)


def _above(place: tuple[int, int], known: Known) -> Finding:
    caps = known.caps
    assert caps is not None
    message = f"more than may be given without a supervisor ({caps.said(caps.agent)})"
    return _finding(CAP_RULE, place, message, OFFER_LESS)


def _orders(text: str, known: Known) -> Iterator[Finding]:
    """Ids of orders that are not this buyer's."""
    own = "\n".join(known.allowed)
    for match in _ORDER_ID.finditer(text):
        if _DASHES.sub("-", match[0]) not in own and known.facts.get("order.id"):
            yield _finding("other_order", match.span(), OTHER_ORDER, TAKE_OUT)


def _language(text: str, known: Known) -> Iterator[Finding]:
    if not known.language or len(text.encode("utf-8", "replace")) < _LEAST_TO_TELL:
        return
    sample = text if len(text) <= _GLANCE else f"{text[: _GLANCE // 2]} {text[-_GLANCE // 2 :]}"
    if is_surely(sample, known.language):
        return
    written, is_guess = detect(sample, known.language)
    if is_guess or _base(written) == _base(known.language):
        return
    yield Finding(
        rule="language",
        severity=Severity.WARN,
        start=0,
        end=len(text),
        message=f"not the buyer's language ({known.language})",
        suggestion=THEIR_LANGUAGE,
    )


def _base(language: str) -> str:
    return language.partition("-")[0]


def _total(said: str) -> Decimal | None:
    """What an order came to; None where nothing is known that can be read."""
    number = _NUMBER.search(said)
    return next(iter(values(number[0])), None) if number else None


def _finding(rule: str, place: tuple[int, int], message: str, suggestion: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.BLOCK,
        start=place[0],
        end=place[1],
        message=message,
        suggestion=suggestion,
    )
