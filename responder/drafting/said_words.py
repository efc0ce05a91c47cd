"""What sellers and buyers say of a case: patterns for text in lower case."""

import re


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


# Sellers' own words, in replies that did not pass through here. Only what is plainly an offer
# counts: a step that is missed is made once more, one that was never made would give money away.
PHOTOS = _any(
    r"photo|picture|pictures|bild(?:er)?\b|foto|imagen|immagin|写真|画像|照片|图片|拍照|"
    r"拍一?张|拍个",
)
KEEP = _any(
    r"keep (?:the|it|them|your)|behalten|gardez|garder|conserv|quédese|quedarse|quedárselo",
    r"tenere|tenerlo|tenga|お手元|そのままお使い|不用退|无需退|不退货|留着|保留",
)
MONEY = _any(
    r"\d(?:[\d.,]{0,10}\d)? {0,2}(?:%|percent|prozent|€|eur|usd|\$|£|gbp|元|块|円|cny|jpy)",
    r"[€$£¥￥] {0,2}\d",
)
REPLACEMENT = _any(
    r"(?:offer|send|ship)[^.!?\n]{0,30} replacement",
    r"(?:ersatz)[^.!?\n]{0,30}(?:schick|send|zu)|(?:schick|send)[^.!?\n]{0,30}ersatz",
    r"envoyer[^.!?\n]{0,40}(?:nouveau|remplac|autre exemplaire)",
    r"enviar[^.!?\n]{0,40}(?:nuev|reemplaz|otro)|invia[^.!?\n]{0,40}(?:nuov|sostitu)",
    r"(?:代替品|交換品|新しい商品)[^。\n]{0,12}(?:お送り|発送)|(?:补发|重新发|换一?[个件]新)",
)
RETURN = _any(
    r"full refund|volle[nr]? (?:kauf)?(?:preis|erstattung|betrag)",
    r"vollständig[^.!?\n]{0,20}erstatt|remboursement (?:intégral|complet|total)",
    r"reembolso (?:completo|íntegro|total)|rimborso (?:completo|totale|integrale)",
    r"全額[^。\n]{0,8}返金|全额退款",
)
# Buyers' answers. A plain yes is short; a no is heard anywhere.
YES = _any(
    r"ok(?:ay|ey)?|yes|fine|agreed?|i accept|accept(?:ed)?|deal|sounds good|that works",
    r"that(?:'s| is) (?:fine|ok|okay|good)|好的?|可以|行|同意|没问题|就这样|成交|接受|"
    r"はい|了解|承知|それで|お願いします",
    r"大丈夫|同意します|ja|einverstanden|in ordnung|passt|gerne|akzeptier\w{0,4}|oui|d'accord",
    r"ça marche|entendu|j'accepte|sí|si|vale|de acuerdo|acepto|está bien|perfecto|va bene",
    r"d'accordo|accetto|perfetto",
)
NO_TROUBLE = _any(
    r"no (?:problem|worries|issue|rush)|not a problem|没问题|没关系|kein problem",
    r"pas de (?:problème|souci)|(?:sin|ningún) problema|nessun problema|non c'è problema",
    r"問題(?:ない|ありません)",
)
NO = _any(
    r"^(?:no|nope|nein|non|不|いいえ)\b|^(?:不行|不要|不可以|不同意|不接受)",
    r"\b(?:not|isn't|is not|never) (?:enough|acceptable|accept|happy|satisfied|fair|ok\b|"
    r"okay|good enough|interested|agree)",
    r"(?:don't|do not|won't|will not|can't|cannot) (?:accept|agree|want (?:that|this|it|"
    r"a partial))",
    r"unacceptable|too (?:little|low|small)|more than that|full refund",
    r"(?:all )?my money back",
    r"(?:want|prefer|need|send)[^.!?\n]{0,20} (?:replacement|new one)",
    r"nicht (?:genug|einverstanden|ausreichend|akzept|annehm)|zu wenig",
    r"reicht (?:mir )?nicht|geld zurück|volle erstattung|lieber (?:einen ersatz|ersatz)",
    r"(?:n'accepte|ne suffit|n'est pas (?:assez|suffisant|acceptable)|pas d'accord)",
    r"insuffisant|trop peu|rembours\w{0,6} (?:intégral|complet|total)",
    r"no (?:acepto|estoy de acuerdo|es suficiente|me parece)|insuficiente|muy poco",
    r"todo (?:el|mi) dinero|reembolso (?:completo|total)",
    r"non (?:accetto|basta|è sufficiente|sono d'accordo|va bene)|troppo poco|insufficiente",
    r"rimborso (?:completo|totale)|不同意|不接受|太少|不够|全额|(?:要|给我|"
    r"帮我)?(?:换一?个|重新发)",
    r"(?:我要|申请|直接)退货|足り(?:ない|ません)|少なすぎ|納得(?:でき|いか)|全額|交換して",
)
