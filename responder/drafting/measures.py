"""Whether a buyer has said how tall or heavy they are, or which size they wear.

A size alone is not enough: "will M fit me?" leaves open whom it shall fit.
"""

import re

from responder.drafting.intent import fold

_READ = 2_000  # characters
_TALL = r"(?<![\d.,x×*])(?:[5-9]\d|1\d\d|2[0-2]\d)(?:[.,]\d)? ?(?:cm|厘米|公分|センチ)(?![a-z])"
_HEAVY = r"(?<![\d.,])\d{1,3}(?:[.,]\d)? ?(?:kgs?|kilos?|キロ|公斤|千克|斤|lbs?|pounds)(?![a-z])"
_BODY = (
    r"身高|体重|胸围|腰围|臀围|肩宽|脚长|脚围|身長|バスト|ウエスト|ヒップ|胸囲|足の(?:長さ|サイズ)"
    r"|\b(?:height|weight|weigh|chest|bust|waist|hips?|inseam|foot length|feet are"
    r"|körpergröße|gewicht|brustumfang|taillenumfang|hüftumfang|bauchumfang|fußlänge|wiege"
    r"|tour de (?:taille|poitrine|hanches)|poids|pèse|mesure"
    r"|estatura|altura|peso|pecho|cintura|caderas?|mido"
    r"|altezza|petto|vita|fianchi)\b"
)
_SIZE = r"(?:\d?x{0,4}[sl]|m|\d{2,3}(?:[.,]5)?)(?![\w']|[.,]\d)"
_WORN = (
    r"\b(?:(?:usually|normally|always|generally) (?:wear|take)|i wear)(?: an?)?"
    r"|\bmy (?:usual |normal |shoe |dress )?size is|\bi(?:'m| am) (?:usually |normally )?an?"
    r"|\b(?:trage|nehme) (?:ich )?(?:sonst |normalerweise |immer |meist(?:ens)? |die )?"
    r"|\b(?:sonst|normalerweise) (?:trage ich )?"
    r"|\bje (?:fais|mets|porte|prends)(?: d'habitude| habituellement)?(?: du| un)?"
    r"|\b(?:uso|llevo|suelo (?:usar|llevar)|normalmente (?:uso|llevo))"
    r"|\b(?:porto|indosso|vesto|di solito (?:porto|indosso))"
)
_SIZE_WORD = r" ?(?:(?:eu|uk|us|size|größe|gr\.|taille|talla|taglia|la|una?) ?){0,3}"

_PERSON = (
    r"\b(?:i am|i'm|ich bin|je suis|yo soy|sono|(?:she|he|wife|husband|son|daughter) is)"
    r" (?:about |ca\.? |etwa |alt[oa] )?"
)
_METERS = r"\b1[.,][4-9]\d ?m\b"
_WORN_HERE = (  # 平时穿M码, 普段Mサイズ
    r"(?:平时|平常|一般|通常|以前)(?:都|是|我)?(?:穿|买|戴|选)[^，。？！\n]{0,6}?"
    r"(?:\d{2,3}(?=[码号的，,。 ]|$)|[smlx]{1,4}(?![\da-z]))"
    r"|(?:普段|いつも)[^。\n]{0,10}?(?:\d{2}(?:[.,]5)?|[smlx]{1,4})(?![a-z\d])"
)

_GIVEN = re.compile(
    "|".join(
        (
            rf"(?:{_BODY})[^\d\n.!?。！？]{{0,12}}\d{{2,3}}",
            # 165 cm, 50 kg; 170 60kg
            rf"(?:{_TALL}|\b1[.,m米][4-9]\d?m?)[^\n.!?。！？]{{0,12}}?{_HEAVY}",
            rf"{_HEAVY}[^\n.!?。！？]{{0,12}}?{_TALL}",
            r"(?<![\d.,])1[3-9]\d[ ,，、/]{1,3}\d{2,3} ?(?:斤|公斤|kg)",
            # 我165, 165cm穿什么码, 120斤选几号
            r"我(?:是|有|大概|差不多)?1[3-9]\d(?![\d.])",
            rf"(?:{_TALL}|{_HEAVY}|(?<![\d.,])1[3-9]\d)[^\d，。？！\n]{{0,6}}(?:穿|选|着られ|に合う)",
            # 5'6", 5 ft 6, 1m65, 1米65; 165 cm tall; I am 70 kg
            r"(?<![\d.,])[4-6] ?(?:'|ft\.?|foot|feet) ?\d{1,2}(?!\d)",
            r"(?<![\d.,])1 ?[m米] ?[4-9]\d(?!\d)",
            rf"(?:{_TALL}|{_METERS}) (?:tall|groß|de (?:haut|alto|estatura)|di altezza)\b",
            rf"{_PERSON}(?:{_TALL}|{_HEAVY}|{_METERS})",
            rf"(?:{_WORN}){_SIZE_WORD}(?<![a-z]){_SIZE}",
            _WORN_HERE,
        )
    )
)


def gives_measures(text: str) -> bool:
    """Whether ``text`` gives a measure of somebody's body, or a size that they wear."""
    return _GIVEN.search(fold(text[:_READ])) is not None
