"""What buyers write when they want nothing more, language by language: closed lists.

Each list is a regular expression that a whole clause must match, in lower case and without
what stands around it. The lists are short on purpose: a message that is wrongly taken for
thanks costs an account a late reply, one that is missed costs a person a key.
"""


def _joined(lines: str) -> str:
    """One regular expression from lines that may be broken anywhere but at a space."""
    return "".join(line.strip() for line in lines.splitlines())


THANKS = _joined(r"""
    ((ok|okay) )?((great|perfect|awesome|alright|wonderful|many|and|much|no problem) )?
    (thanks|thank you|thankyou|thank u|thx|cheers)
    ( you)?( so much| very much| a lot| a million| again| all| guys| sir| madam| team
    | everyone)*
    ( for (all )?(your|the|all the) ((very |super )?(quick|prompt|fast|kind|great|swift|speedy
    |excellent|amazing|good) )?(help|reply|response|answer|support|service|information|info
    |update|assistance|patience|efforts?|time|understanding|kindness|concern|order|booking
    |attention))?( again)?
    |(i )?(really )?(much )?appreciate(d)? (it|your help|the help|that)( (so|very) much)?
    |much appreciated
    |(ok |okay |super |alles klar )?(vielen|herzlichen|besten|lieben|tausend)( lieben)? dank
    ( (für|fuer) (ihre|die|deine|eure) ((sehr )?(schnelle|rasche|prompte|nette|freundliche) )?
    (hilfe|antwort|rückmeldung|rueckmeldung|unterstützung|info|information|bearbeitung))?
    |(ok |okay |super |alles klar )?danke( schön| schoen| sehr| ihnen| dir| euch| nochmals
    | vielmals)*
    ( (für|fuer) (ihre|die|deine|eure) ((sehr )?(schnelle|rasche|prompte|nette|freundliche) )?
    (hilfe|antwort|rückmeldung|rueckmeldung|unterstützung|info|information|bearbeitung))?
    |dankeschön|dankeschoen
    |(ok |d'accord |parfait |super )?(un grand )?merci( beaucoup| bien| infiniment| encore
    | à vous)*
    ( pour (votre|ton|l'|la) ?(réponse|aide|retour|réactivité|rapidité|compréhension)
    ( rapide)?)?
    |(ok |vale |perfecto )?(muchas |muchísimas |muchisimas |mil )?gracias
    ( a (usted|ustedes|ti|vosotros))?( de nuevo)?
    ( por (su|tu|la|vuestra) (rápida |pronta )?(ayuda|respuesta|atención|rapidez|información))?
    |(ok |va bene |perfetto )?(molte |mille |tante |vi |la )?(grazie|ringrazio)
    ( mille| tante| infinite| ancora| a (voi|lei|te))*
    ( per (la|il|l') ?(vostra |sua |tua )?(rapida |veloce )?
    (risposta|aiuto|disponibilità|gentilezza|assistenza|collaborazione))?
    |(誠に|本当に|どうも|大変|早速の?ご?(対応|返信|回答|連絡)?)*(、)?(を)?
    (ありがとう|有難う|有り難う)(ございます|ございました|御座います|御座いました)?
    |(どうも)?感謝(します|いたします|致します)
    |(好的?|嗯++|行|那|那就|那好|恩++|ok|哦++|喔|噢|我|不过|还是|同样|也|真心|衷心){0,3}
    (非常|十分|太|真的?是?|实在是?|很|挺|超级|特别|万分|多多|是){0,3}的?
    (谢谢+|多谢|感谢|感恩|谢了|谢啦|谢过|thanks?|3q|thx|蟹蟹|感激不尽|感激)
    (你们|您们|你|您|亲亲|亲|客服|大家|老板|妹子|小哥|美女|帅哥|小姐姐|小二|店家|卖家|掌柜)?
    (的?(对我的|提供的|详细的|耐心的?|细致的|专业的?|及时的?)?(帮助|帮忙|回复|解答|服务|理解|热心
    |推荐|介绍|信息|建议|用心|查询|支持)|(为我|帮我|给我)(解答|解决|查询|推荐)(这么多)?(问题)?)?
    (与(回复|帮助|解答|服务))?(了|啦|哦|啊|哈|呀|喔|噢|呢|哒|咯|嘞|奥|么么哒)*
    |(好的?|嗯+|行|那|那就|恩+)?(辛苦|劳烦|打扰|费心)(你们?|您|亲|客服)?(了|啦)(哦|啊|哈|呀)?
""")

OK = _joined(r"""
    ((ok|okay) )?(ok|okay|okey|k|great|perfect|awesome|excellent|wonderful|fantastic|brilliant
    |alright
    |all right
    |got it|i got it|understood|i understand|sounds good|all good|no problem|no worries|noted
    |that works|that's fine|thats fine|that is fine|good to know|very good|very nice|oh)
    |(good ?)?bye+( bye+)?|see (you|ya)( soon| later)?|take care|good day( to you)?
    |have (a|an) (very )?(nice|great|good|lovely|wonderful|amazing|fantastic|perfect) (day|evening
    |weekend|night|one|week)( ahead| too)?
    |(ok|okay|alles klar|in ordnung|alles gut|passt|super|prima|verstanden|perfekt|gut|sehr gut)
    |(ok|d'accord|parfait|très bien|tres bien|c'est noté|super|entendu|ça marche|bien reçu)
    |(ok|vale|de acuerdo|perfecto|entendido|muy bien|genial|estupendo)
    |(ok|va bene|perfetto|d'accordo|capito|ricevuto|benissimo|ottimo)
    |(はい)?(了解|承知)(です|しました|致しました|いたしました)?|(わか|分か)りました|かしこまりました
    |(好|好的|好吧|好滴|好哒|好嘞|好啦|好了|行|行吧|行了|恩+|嗯+|嗯呢|哦+|噢|ok|okay|okk)
    (的|吧|呢|哈|啦|呀|哦)?
    |(我)?(都|就)?(知道|明白|了解|清楚|懂|记下|记住|记下来|收到|看到)(了|啦|的|来了)(哈|哦|啊|呀)?
    |收到|好嘞|哦了|好好|那好吧|就?(先)?(这样|这些)(吧|了|哈)?|行吧?|
    (我)?(的)?(问题)?(都)?问完了|(我)?(已经)?没有?(别的|其他的?|其它的?)?(问题|疑问|事情?)(要问|要咨询)?了|
    没事(了|的|啦)?|没关系|没问题(了)?
    |再见|再会|拜+|(那)?(就)?(没有?了|没啦|不用了|没别的了|没什么了|没其他(的|问题)了|没(有)?问题了)(哈|哦|啊|呀)?
""")

# Said beside thanks, and never alone a reason.
BESIDE = _joined(r"""
    (hi|hello|hey|dear|good (morning|afternoon|evening))( there| team| sir| madam| seller| all)*
    |(have|and have|wish you) a (very )?(nice|great|good|lovely|wonderful) (day|evening
    |weekend|night|one|week)
    ( too)?|you too|same to you|take care|bye|bye bye|goodbye|(stay|be) safe
    |(that's|thats|that is|thats|it's|its) (all|it|everything|enough)( for now| then)?
    |nothing else( for now)?|(i have )?no (more|other|further) questions
    |you as well|with pleasure|you're welcome|youre welcome
    |(best|kind|warm|kindest)? ?regards|best wishes|best|sincerely|yours (truly|sincerely)
    |hallo|guten (tag|morgen|abend)|moin|(mit )?(freundlichen|freundliche|viele|liebe|beste
    |schöne)
    [ ](grüßen|grüße|grüsse|gruesse)|mfg|lg|vg|gruß|gruss|tschüss|
    (einen )?(schönen|guten) (tag|abend)( noch)?|schönes wochenende
    |bonjour|bonsoir|cordialement|bien cordialement|bien à vous|au revoir|
    (bonne|belle) (journée|soirée|fin de journée|semaine)( à vous)?
    |hola|buenos días|buenas( tardes| noches)?|un saludo|saludos|adiós|
    (que tenga|que tengas|feliz) (un )?(buen )?día
    |salve|ciao|buongiorno|buonasera|(cordiali|distinti) saluti|saluti|arrivederci|
    buona (giornata|serata)
    |こんにちは|こんばんは|お世話に(なっております|なりました)|失礼(いた)?します
    |您好|你好|亲|亲爱的|再见|再会|拜拜|拜|88|886|晚安|早安|么么哒|哈+|嘻+|嘿+|(那)?(真是|真的?)?(太好|太棒|真好|真棒|很好|不错|完美|可以)(了|啦)?(啊|呀|哦|呢)?
    |[哈呵]+|(真是|真的)?(帮|帮了)(了)?(我)?(一个|这么)?大(的)?忙了?|不客气|打扰了?|
    (我)?(以后|下次|回头)?有(什么)?(问题|事情?|需要)(我)?再(来)?(联系|咨询|找|问|麻烦)(你|您|你们)?(哈|啊|哦|吧)?
    |祝(你|您)?(生意兴隆|工作顺利
    |生活愉快|工作愉快|天天开心)|(我)?已(经)?(给)?(你|您)?(好评|评价|五星好评|打了?五星)(了|啦|过了|完了)?(哈|哦|啊)?
""")

# A mailbox answers by itself: how such a message begins, ...
AUTOMATIC = _joined(r"""
    (this is an? )?(automatic|automated|auto)[ -]?(generated )?(reply|response)\b
    |(subject: ?)?(out of (the )?office|automatic reply)\s*[:\-–]
    |(automatische (antwort|abwesenheitsnotiz)|abwesenheitsnotiz|abwesenheitsassistent)\b
    |(réponse|message) automatique( d'absence)?\b|message d'absence\b
    |respuesta automática\b|risposta automatica\b
    |[\[【(（]?(自动回复|自動回覆|系统自动回复|邮件自动回复|自動返信|自動応答)
""")
# ... or what it says in two parts: that somebody is away, and what becomes of the mail.
AWAY = _joined(r"""
    \b(i am|i'm|i will be) (currently )?(out of (the )?office|on ((annual|parental) )?leave
    |on (vacation|holiday))\b
    |\b(ich bin|bin ich) (derzeit |aktuell |zurzeit |momentan )?(nicht im büro|außer haus
    |abwesend
    |im urlaub|nicht erreichbar)\b
    |\bje suis (actuellement )?(absente?|en congés?|en vacances)\b
    |\b(estoy|estaré) (fuera de la oficina|de vacaciones|ausente)\b
    |\bsono (attualmente )?(fuori ufficio|in ferie|assente)\b
""")
MAIL_WAITS = _joined(r"""
    (limited|no) access to (my )?e-?mails?|(e-?mail|message)s? (will|is|are) (not )?(be )?
    (read|forwarded|answered)|in (very )?urgent (cases|matters)|reply (to your (e-?mail
    |message) )?
    (upon|on|after) my return|contact my colleague
    |(e-?mails?|nachrichten?) (wird|werden) (nicht )?(gelesen|weitergeleitet|beantwortet
    |bearbeitet)
    |in dringenden fällen|nach meiner rückkehr|meine vertretung
    |à mon retour|en cas d'urgence|votre (message|mail|courriel) sera
    |a mi regreso|en caso de urgencia|al mio rientro|in caso di urgenza
""")
