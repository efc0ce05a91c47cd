"""What the writing itself says about a language, before any statistics."""

import re
from collections.abc import Sequence
from functools import cache

# Each traditional character followed by its simplified form: those that are common in shop talk,
# so that one set of simplified patterns reads both. Detection below does not need the table.
_PAIRS = (
    "們们個个來来這这為为說说時时會会對对國国過过還还沒没無无見见現现點点電电話话訂订單单貨货發发問问題题請请謝谢嗎吗麼么樣样錯错壞坏買买賣卖錢钱費费價价優优運运輸输員员幫帮給给讓让"
    "從从開开關关門门間间張张號号碼码換换補补償偿損损傷伤紙纸裝装裡里裏里塊块條条雙双種种類类質质實实際际評评論论認认證证選选擇择顏颜寬宽長长圓圆輕轻軟软穩稳舊旧購购車车賬账帳账戶户"
    "銀银轉转匯汇額额稅税報报進进達达遲迟遠远連连遞递郵邮約约級级線线網网總总終终結结續续確确標标準准樓楼應应該该當当並并產产業业樂乐東东兩两嚴严麗丽舉举義义習习書书親亲願愿聽听聯联"
    "繫系絡络頭头體体煩烦熱热愛爱滿满漲涨減减淚泪測测涼凉溫温濕湿決决況况沖冲鐘钟鍵键鎖锁鏈链釘钉鐵铁鏡镜機机殼壳師师幾几處处備备傳传僅仅倉仓億亿儘尽兒儿內内寫写劃划動动務务勝胜區区"
    "協协卻却變变嘗尝囑嘱圍围場场壓压夠够奪夺妳你媽妈學学寶宝寵宠審审將将專专尋寻導导層层屬属歲岁帶带廣广廠厂彈弹彙汇復复憑凭懷怀戲戏戰战拋抛掛挂採采揀拣揮挥擔担據据擋挡擊击攜携數数"
    "斷断暫暂曆历極极構构檢检檔档權权歡欢歸归氣气漢汉潔洁灣湾燈灯爭争牆墙獎奖獲获環环瑣琐畫画異异療疗監监盤盘礦矿禮礼穫获筆笔節节範范築筑簡简簽签籤签粵粤紅红納纳純纯細细組组經经綠绿"
    "綫线維维緊紧編编練练縮缩績绩罰罚聲声職职臉脸臨临藍蓝藥药蟲虫複复規规視视覺觉觸触訊讯記记許许訴诉診诊試试詢询詳详語语誤误誰谁調调談谈講讲識识議议護护讀读負负責责貴贵貼贴資资賠赔"
    "賴赖贈赠趕赶跡迹軍军較较載载輛辆辦办農农邊边醫医釋释錄录鍋锅閉闭閱阅隊队階阶隨随險险隱隐雖虽雜杂離离難难雲云霧雾靜静響响頁页項项順顺預预領领頻频顆颗顧顾顯显風风飛飞飯饭飲饮餘余"
    "館馆駐驻驗验驚惊髒脏鬆松魚鱼鮮鲜鳥鸟麥麦黃黄齊齐齒齿龍龙褲裤襪袜絲丝繩绳搶抢擾扰撥拨擠挤繳缴繼继繪绘闆板獨独獻献瞭了稱称積积競竞篩筛簾帘糧粮紀纪紛纷紹绍統统絕绝緣缘羅罗聞闻膚肤"
    "腦脑腳脚膠胶膩腻萬万葉叶蓋盖薦荐蘋苹蝦虾製制襯衬訪访設设詐诈誠诚課课諮咨譯译讚赞財财貪贪貫贯賞赏贏赢趨趋躍跃輪轮遊游違违適适遺遗鄰邻釐厘針针鈔钞鈕钮鉛铅銅铜銷销鋁铝鋼钢錶表鑒鉴"
    "鑰钥閃闪閒闲闊阔陰阴陳陈陸陆陽阳韓韩頂顶須须頓顿頸颈飄飘餅饼養养馬马騎骑騙骗騰腾骯肮鬧闹鹽盐黨党齡龄後后於于徵征"
)
TRADITIONAL_TO_SIMPLIFIED = str.maketrans(_PAIRS[::2], _PAIRS[1::2])


# Words of Han alone that only Japanese has, and the commonest that only Chinese has.
_JAPANESE_WORDS = re.compile(
    "注文|請求書|返品|返金|領収|届|未着|発送|宅配|再送|納期|見積|品切|在庫|入荷|宛先|追跡番号|破損品"
    "|取引|割引|料金|送料|手数料|品目|残高|受取|受付|支払|決済|代引|着払|同梱|不具合|初期不良|不在票|問合"
    "|送信|受信|名前|配送先|夕方|件名|連絡先|再配達|欠品|誤送|解約|退会|利用規約|利用可能|時間指定"
    "|履歴|口座|振込|宛名|型番|品番|発注|受注|伝票|営業日|引取|引換|新規|番号|削除|担当者|却下"
    "|出荷|予約|次回|弊社|御社|当店|税込|税抜|無料|取扱"
)
# A particle or an ending between Han; の and the kana of emoticons decorate Chinese as well.
_PARTICLE = re.compile(
    "[をはがでにともやかられいうくしすたてなりさきけみめ](?=[\u4e00-\u9fff])"
    "|(?<=[\u4e00-\u9fff])[をはがでにともやかられいうくしすたてなりさきけみめ]"
)
_CHINESE_WORDS = re.compile(
    "[的了吗嗎们們我你您是这這没沒吧呢啊哪么麼请什给]|請(?!求)|給(?![与付料油])|到(?![着達])"
)
_NEVER_JAPANESE = re.compile("[吗嗎们們你您这這沒吧呢啊哪么麼]")
_OF = re.compile("(?<=[\u4e00-\u9fff])の(?=[\u4e00-\u9fff])")


def script_language(text: str) -> str | None:
    """The language that the script of ``text`` names; "" for Han that fits both; None for others.

    Han alone is "zh", "zh-Hant" or "ja" by characters that only one of them writes.
    """
    counts = _count(text)
    cjk = counts.han + counts.kana
    if counts.hangul * 4 > counts.latin + cjk:
        return "ko"
    if counts.arabic * 4 > counts.latin + cjk:
        return "ar"
    if cjk * 4 <= counts.latin or not cjk:
        return None
    # A stray の decorates Chinese brand names; real Japanese is full of kana.
    if counts.kana * 8 >= counts.han and (
        counts.kana > 1 or not counts.han or _PARTICLE.search(text)
    ):
        return "ja"
    return _han_language(text)


class _Counts:
    """How many characters of each script a text has."""

    __slots__ = ("arabic", "han", "hangul", "kana", "latin")

    def __init__(self) -> None:
        self.arabic = self.han = self.hangul = self.kana = self.latin = 0


def _count(text: str) -> _Counts:
    counts = _Counts()
    if text.isascii():
        counts.latin = sum(map(str.isalpha, text))
        return counts
    for character in text:
        match ord(character):
            case code if code < 0x250:
                counts.latin += character.isalpha()
            case code if 0x3040 <= code <= 0x30FF:
                counts.kana += character not in "・ー"
            case code if 0x3400 <= code <= 0x9FFF:
                counts.han += 1
            case code if 0xAC00 <= code <= 0xD7A3 or 0x3131 <= code <= 0x318E:
                counts.hangul += 1
            case code if 0x600 <= code <= 0x6FF:
                counts.arabic += 1
    return counts


def _han_language(text: str) -> str:
    simplified_only, traditional_only, japanese_only = _one_script_only()
    simplified = [character for character in text if character in simplified_only]
    traditional = [character for character in text if character in traditional_only]
    japanese = sum(character in japanese_only for character in text)
    # Japanese kept many traditional forms (領, 書), so only those that it gave up speak against it.
    kept = all(map(_in_japanese, traditional)) and not _NEVER_JAPANESE.search(text)
    if kept and japanese > len(simplified):
        return "ja"
    if _is_japanese_without_kana(text, simplified, traditional):
        return "ja"
    if len(simplified) == len(traditional):
        return ""
    return "zh" if len(simplified) > len(traditional) else "zh-Hant"


def _is_japanese_without_kana(
    text: str, simplified: Sequence[str], traditional: Sequence[str]
) -> bool:
    """Japanese words, の, or simplified beside traditional forms (会話), as Japanese kept both."""
    if _CHINESE_WORDS.search(text) or not all(map(_is_taught, (*simplified, *traditional))):
        return False
    mixed = bool(simplified and traditional)
    return mixed or bool(_JAPANESE_WORDS.search(text) or _OF.search(text))


def _in_japanese(character: str) -> bool:
    return bool(character.encode("euc_jp", "ignore"))


def _is_taught(character: str) -> bool:
    """Whether Japanese schools teach it: the first level of JIS, without the old forms (國, 會)."""
    return b"\xb0" <= character.encode("euc_jp", "ignore")[:1] < b"\xd0"


# Written in Hong Kong and Taiwan as well, beside the forms that are taught.
_HONG_KONG = frozenset("劵綫麪啓衞滙綉説枱鋭閲悦羣峯牀税着温脱爲")


@cache
def _one_script_only() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Han of simplified but not traditional Chinese, the reverse, and of Japanese only.

    The national character sets of the three say it: each holds what its schools taught.
    """
    han = "".join(map(chr, range(0x4E00, 0xA000)))
    simplified, traditional, japanese = (
        frozenset(han.encode(name, "ignore").decode(name)) for name in ("gb2312", "big5", "euc_jp")
    )
    variants = frozenset(han.encode("cp950", "ignore").decode("cp950")) | _HONG_KONG
    japanese_only = japanese - simplified - traditional - variants
    return simplified - traditional - _HONG_KONG, traditional - simplified, japanese_only
