"""Whether a reply promises all of the money without naming it: "we refund everything", 全额退.

What is given back against the goods, or for an order that was called off, is no gift.
"""

import re
from collections.abc import Iterator

from responder.drafting.sweep import one_of


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


_CLAUSE = re.compile(r"[^.!?;。！？；\n]{1,400}")
_FARTHEST = 44  # characters between the money and "all of it"
_GIVES_BACK = _any(
    r"\brefund|\breimburs|money back",
    r"\b(?:pay|give|get|send|have|transfer)\w{0,4}\b[^,;]{0,30} back\b",
    r"return\w{0,3} (?:you )?(?:all|the|your|every)[^,;]{0,16}(?:money|amount|price|sum|cent)",
    r"erstatt|zurück(?:zahl|überweis|erhalt|bekomm)|gut(?:ge)?schr",
    r"\b(?:comes?|goes) back to you",
    r"(?:bekomm|erhalt|zahl|überweis|geb|gibt)\w{0,4}\b[^,;]{0,40}\bzurück\b",
    r"\bridiamo|\bridò\b",
    r"rembours|rend(?:re|ons)?\b|restitu|reembols|devolv|devolu",
    r"\b(?:le|les|te|se lo) devuelv|reintegr|rimbors",
)
# One of these stands in everything that gives money back: a quick look spares the slow ones.
_STEMS = (
    *(
        "refund",
        "reimburs",
        "back",
        "return",
        "erstatt",
        "zurück",
        "gutschr",
        "gutge",
        "rembours",
        "rend",
    ),
    *("restitu", "reembols", "devol", "devuel", "reintegr", "rimbors", "ridiamo", "ridò"),
    *("退", "返", "还", "戻"),
)
_STEM = re.compile("|".join(_STEMS))
_ALL = _any(
    r"\bfull (?:refund|amount|price|sum|cost|value|order|purchase|payment)|\bfully\b|\bin full\b",
    r"\b(?:whole|entire|complete|total) (?:refund|amount|price|sum|cost|order|purchase|payment)",
    r"\beverything\b(?! (?:is|was|else|we|you need))|\bcompletely\b|\bthe lot\b|\bit all\b",
    r"\bwhole \d",
    r"\ball (?:of it|the money|your money|you(?:'ve| have)? paid|that you)|every (?:cent|penny)",
    r"(?<![\d.,])100 ?(?:%|per ?cent|prozent)|\bentire(?:ly)?\b",
    r"\bvoll(?:e[nrms]?|ständig\w{0,3}|umfänglich\w{0,2})?\b|\bganze[nrms]?\b|gesamt|komplett",
    r"\balles\b|jeden cent|restlos|zur gänze",
    r"intégral|totalité|(?:remboursement|montant|prix|reembolso|importe|rimborso|importo) total",
    r"totalement|\bcomplet\b|complète|entièrement|en entier|chaque centime",
    r"\btout(?! de suite| d'abord| à fait| le monde)\b|\btodo(?! el reembolso)\b|íntegr",
    r"\bcompleto\b|\benter[oa]\b|\btotal(?:mente|idad)\b|cada céntimo|\btutto\b|\bintegral",
    r"\binter[oa]\b|completamente|ogni centesimo|tutti i soldi",
    r"último céntimo|dernier centime|letzten cent|last (?:cent|penny)",
)
# In Chinese and Japanese the words stand close together.
_ALL_BACK = _any(
    r"(?:全额|全款|全数|全部|整单|所有的?(?:钱|款)|一分(?:钱)?(?:都)?不少|百分(?:之)?百|(?:钱|款)(?:都|全)|全都|一分不(?:留|剩|扣)(?:都)?)"
    r".{0,6}(?:退(?![换货]|回来)|返|还)|退.{0,4}(?:全额|全款|全部(?!发|商品)|所有的?钱)|全退",
    r"(?:全額|満額|すべて|全て|全部).{0,10}(?:返金|お返し|お戻し|払い戻|返します)",
    r"(?:返金|払い戻)(?!.{0,6}全額の).{0,6}全額",
)
_GOODS_COME_BACK = one_of(
    r"\breturn(?:ed|s|ing)? (?:it|this|them)",
    r"\breturn(?:ed|s|ing)? the (?!full|whole|entire|complete|money|amount|price|sum)\w{2,20}",
    r"\b(?:the|your|a|after|prepaid) returns?\b|\bsend(?:ing)? (?:it|them|this|the \w{2,20}) back",
    r"\b(?:once|when|as soon as|after) (?:it|we|the (?:item|parcel|package|goods|product|lamp))\b",
    r"\bcancel|rücksend|zurück(?:send|schick|geschickt|gesandt)|retour|rückgabe|stornier|widerruf",
    r"renvo[yi]|annul|devuelv|devolver (?:el|la|lo)|devolución|devoluciones|cancel",
    r"nach (?:eingang|erhalt)|nehmen[^.!?]{0,30}zurück|à (?:la )?réception|reprenons",
    r"al ricevimento|riprendiamo",
    r"upon receipt|de vuelta|vuelva|regrese|nous revient|revient chez|torna (?:da noi|indietro)",
    r"zurück (?:ist|kommt)|bei uns (?:ist|eintr)",
    r"\bres[oi]\b|restituire|restituisca|rispedi|rimand[ai]|annull",
    r"返品|ご返送|返送|キャンセル|取り消し|退回|寄回|退货|寄过来|收到(?:退|货)|取消|拒收|退回来",
)
_KEEPS_WORDS = (
    r"\bno returns?\b",
    r"(?:no need|not|n't|without|needn|rather than|instead of)[^.!?\n]{0,24}(?:return|send)",
    r"\bkeep (?:it|the|them|this)|behalten|(?:nicht|kein\w{0,2}|ohne)[^.!?\n]{0,24}(?:zurück|rück)",
    r"gard(?:ez|er)|(?:sans|inutile|pas besoin|n'avez pas)[^.!?\n]{0,24}(?:retour|renvo)",
    r"quéd|quedar",
    r"(?:no hace falta|sin|no (?:es necesario|tiene que))[^.!?\n]{0,24}(?:devol|enviar)|\btenga",
    r"(?:non (?:occorre|serve|deve)|senza)[^.!?\n]{0,24}(?:res|rispe|rimand)|tenere|tenerl",
    r"(?:返品|返送|ご返送)(?:は|の必要は|なし|不要|いただかなく)|お手元に|そのまま",
    r"(?:不用|无需|不必|不需要?|不要|免).{0,6}(?:退|寄)|留着|保留",
)
_KEEPS = _any(*_KEEPS_WORDS)
_KEPT = one_of(*_KEEPS_WORDS)
_NOT = _any(
    r"\b(?:cannot|can't|can not|unable|not|won't|no|never)\b|\b(?:nicht|keine?n?|leider)\b",
    r"\b(?:ne|n'|pas|aucun|impossible)\b|\bno (?:podemos|puedo|es)|\bnon\b",
    r"ません|できかね|不能|无法|没法|不可|不会|没办法|不支持|只能",
)


def promises(text: str) -> Iterator[tuple[int, int]]:
    """Where ``text``, in its plain form, promises all of the money for nothing in return."""
    if not _STEM.search(text):
        return
    found = [
        (clause.start() + promise[0], clause.start() + promise[1])
        for clause in _CLAUSE.finditer(text)
        if _STEM.search(clause[0])
        and (promise := _promise(clause[0]))
        and not _is_refused(clause[0])
    ]
    if found and not goods_come_back(text):
        yield from found


def goods_come_back(text: str) -> bool:
    """Whether ``text`` speaks of a return or a cancellation, and not of keeping the goods."""
    return _GOODS_COME_BACK.is_in(text) and not _KEPT.is_in(text)


def _promise(clause: str) -> tuple[int, int] | None:
    close = _ALL_BACK.search(clause)
    if close:
        return close.span()
    alls = [*_ALL.finditer(clause)]
    pairs = [
        (min(money.start(), all_of_it.start()), max(money.end(), all_of_it.end()))
        for money in (_GIVES_BACK.finditer(clause) if alls else ())
        for all_of_it in alls
        if max(all_of_it.start() - money.end(), money.start() - all_of_it.end()) <= _FARTHEST
    ]
    return min(pairs, key=lambda pair: pair[1] - pair[0], default=None)


def _is_refused(clause: str) -> bool:
    """Whether the clause says that it is not possible, and not only that nothing comes back."""
    return bool(_NOT.search(_KEEPS.sub(" ", clause)))
