"""Urgency and mood of a message, each with the words that they rest on. For display only."""

import re
from collections.abc import Iterable, Mapping

from responder.domain.reading import Mood, Urgency
from responder.drafting.intent import Rule, fold
from responder.drafting.scripts import TRADITIONAL_TO_SIMPLIFIED

_GRAVE = ("legal_threat", "injury", "chargeback")  # cases whose rules ask for a person
_MANY = 3  # messages without an answer
_SHOUTED = re.compile(r"(?:\b[A-Z]{2,20}\b[ ,.!?']{1,3}){4}|[!?！？]{3}")

# Each alternative is a sign that a reader of the language would give as the reason.
_SIGNS: Mapping[str, Mapping[str, str]] = {
    "third_time": {
        "en": (
            r"(?:second|third|fourth|fifth|\d(?:st|nd|rd|th)) (?:time|message|e?-?mail|request)"
            r"|(?:twice|three times|several times|many times|again and again) already"
            r"|already (?:wrote|asked|contacted)"
            r"|(?:no|not|never|without|still no) (?:a )?(?:reply|response|answer)"
            r"|nobody (?:answers|replies|responds)"
            r"|still waiting for (?:a|your|an) (?:reply|response|answer)"
        ),
        "zh": (
            r"第[二三四五六2-9]次|(?:问|说|联系|发)了.{0,4}(?:几|[二两三四五六2-9]|好多|多)(?:次|遍)|没人(?:理|回|管)"
            r"|(?:不|没|一直没有?)回复|怎么不理|又不回"
        ),
        "ja": (
            r"[二三四五2-9２-９](?:回|度)目|何度も|返信が(?:ない|ありません|来ない)"
            r"|まだ返事|連絡がない"
        ),
        "de": (
            r"(?:zweite|dritte|vierte|fünfte|[2-9]\.) (?:mal|mail|nachricht|anfrage)"
            r"|schon (?:mehrfach|mehrmals|zweimal|dreimal)"
            r"|(?:keine|noch keine|bisher keine) (?:antwort|rückmeldung)"
            r"|niemand (?:antwortet|meldet)"
        ),
        "fr": (
            r"(?:deuxième|troisième|quatrième|[2-9](?:e|ème)) (?:fois|message|mail|demande)"
            r"|plusieurs fois|sans réponse"
            r"|(?:aucune|pas de|toujours pas de) (?:réponse|nouvelles)"
        ),
        "es": (
            r"(?:segunda|tercera|cuarta|[2-9]ª) (?:vez|solicitud)"
            r"|(?:segundo|tercer|cuarto) (?:mensaje|correo)|varias veces"
            r"|(?:sin|ninguna|no (?:recibo|he recibido)) (?:respuesta|contestación)"
            r"|nadie (?:responde|contesta)"
        ),
        "it": (
            r"(?:seconda|terza|quarta|[2-9]ª) (?:volta|richiesta|mail)"
            r"|(?:secondo|terzo|quarto) messaggio|più volte"
            r"|(?:nessuna|senza|ancora nessuna) risposta|nessuno (?:risponde|mi risponde)"
        ),
    },
    "deadline": {
        "en": (
            r"urgent|asap|as soon as possible|immediately|right away"
            r"|need (?:it|them|this) (?:by|before|today|tomorrow)"
            r"|(?:birthday|wedding|christmas|party|funeral|leaving|travell?ing) (?:is )?"
            r"(?:on|in|tomorrow|today|this)"
        ),
        "zh": r"急用|加急|着急|尽快|赶紧|马上就?要|急急|等着用|今天(?:一定|必须|之前)|来不及",
        "ja": r"至急|急いで|急ぎ|早急|大至急|間に合|までに(?:必要|欲し|届)",
        "de": (
            r"dringend|eilig|sofort|umgehend|schnellstmöglich|so schnell wie möglich"
            r"|(?:brauche|benötige)[^.!?]{0,20}(?:bis|heute|morgen)"
        ),
        "fr": (
            r"urgent|au plus vite|dès que possible|immédiatement|tout de suite"
            r"|besoin[^.!?]{0,20}(?:avant|pour demain|aujourd'hui)"
        ),
        "es": (
            r"urgente|urgencia|cuanto antes|lo antes posible|inmediatamente"
            r"|(?:necesito)[^.!?]{0,20}(?:antes|para mañana|hoy)"
        ),
        "it": (
            r"urgente|urgenza|al più presto|il prima possibile|subito|immediatamente"
            r"|(?:mi serve)[^.!?]{0,20}(?:entro|domani|oggi)"
        ),
    },
    "anger": {
        "en": (
            r"unacceptable|ridiculous|disgust|scam|fraud|liar|thie(?:f|ves)|furious|outrag"
            r"|worst|joke of|useless|pathetic|fed up|sick of|shame on|rip[ -]?off|bullshit|wtf"
            r"|damn|never (?:buy|order)[^.!?]{0,20}again"
        ),
        "zh": (
            r"骗子|骗人|垃圾|坑人|太过分|气死|什么态度|恶心"
            r"|无语|欺骗|黑店|投诉|再也不|他妈|滚|有病|忽悠"
        ),
        "ja": r"ふざけ|最悪|詐欺|許せ|怒|いい加減|ひどすぎ|二度と|信じられない",
        "de": (
            r"unverschämt|frechheit|betrug|betrüg|abzocke|unmöglich|katastroph|nie wieder"
            r"|lächerlich|inakzeptabel|sauerei|schnauze voll"
        ),
        "fr": (
            r"inacceptable|scandal|honte|arnaque|escroc|voleur|ras le bol|inadmissible"
            r"|plus jamais|nul\b|furieu"
        ),
        "es": (
            r"inaceptable|vergüenza|estafa|ladron|timo|indignad|harto|harta|nunca más|pésim"
            r"|ridícul"
        ),
        "it": (
            r"inaccettabile|vergogn|truffa|ladri|schifo|indecente|ridicol|mai più|pessim"
            r"|arrabbiat|furios"
        ),
    },
    "disappointed": {
        "en": (
            r"disappoint|unhappy|upset|frustrat|annoy|not (?:happy|satisfied|pleased)"
            r"|dissatisf|unfortunately"
        ),
        "zh": r"失望|不满意|不开心|难受|太慢|太差|很差|郁闷|糟糕",
        "ja": r"残念|がっかり|不満|困って|困りま",
        "de": r"enttäusch|unzufrieden|ärger|frustr|leider|schade",
        "fr": r"déçu|décev|mécontent|insatisf|frustr|malheureusement|dommage",
        "es": r"decepcion|descontent|insatisfech|frustrad|molest|lamentablemente|desafortunad",
        "it": r"delus|insoddisf|scontent|frustrat|purtroppo|peccato",
    },
    "pleased": {
        "en": (
            r"(?:very|so|really) (?:happy|pleased|satisfied)|love (?:it|this|the|them)|perfect"
            r"|excellent|great (?:product|service|quality)|amazing|wonderful"
        ),
        "zh": r"很满意|非常满意|很喜欢|超喜欢|很好|不错|挺好|给力|好评",
        "ja": r"満足|気に入|素晴らし|最高|嬉し",
        "de": r"sehr zufrieden|begeistert|super|perfekt|klasse|hervorragend|toll",
        "fr": r"très (?:content|satisfait|heureu)|parfait|excellent|génial|ravi|super",
        "es": r"muy (?:content|satisfech|feliz)|perfect|excelente|genial|encanta|estupend",
        "it": r"molto (?:content|soddisfatt|felice)|perfett|ottim|eccellente|fantastic|adoro",
    },
}  # fmt: skip
_COMPILED = {
    sign: {language: re.compile(pattern) for language, pattern in of.items()}
    for sign, of in _SIGNS.items()
}


def signals(text: str, language: str, fired: Iterable[Rule], waiting: int) -> tuple[str, ...]:
    """What a reader would call urgent or remarkable in ``text``, most serious first.

    ``waiting`` is how many messages the buyer has written since our last reply.
    """
    base = language.partition("-")[0]
    folded = fold(text)
    read = folded.translate(TRADITIONAL_TO_SIMPLIFIED) if base == "zh" else folded
    found = [rule.case for rule in fired if rule.caution]
    found += [sign for sign, of in _COMPILED.items() if (of.get(base) or of["en"]).search(read)]
    if waiting >= _MANY and "third_time" not in found:
        found.append("third_time")
    if _SHOUTED.search(text):
        found.append("shouting")
    return tuple(dict.fromkeys(found))


def urgency(found: Iterable[str]) -> Urgency:
    """High where somebody is hurt, claims, or has written in vain; raised where it presses."""
    signs = set(found)
    if signs & {*_GRAVE, "third_time"}:
        return Urgency.HIGH
    if signs & {"deadline", "anger", "bad_review_threat"}:
        return Urgency.RAISED
    return Urgency.NORMAL


def mood(found: Iterable[str]) -> Mood:
    signs = set(found)
    if signs & {"anger", "legal_threat", "shouting"}:
        return Mood.ANGRY
    if signs & {"disappointed", "third_time", "chargeback", "injury", "bad_review_threat"}:
        return Mood.UNHAPPY
    return Mood.PLEASED if "pleased" in signs else Mood.NEUTRAL
