"""Chinese words that are written by others of the same sound, as they are meant.

A word that no filter lets through is replaced by one that sounds alike, by its letters, or by a
nickname that everybody knows. Rules look for the word alone.
"""

import re

from responder.drafting.many_strings import strings_in

_LIKE = {
    "好评": "好苹 好坪 好萍 好ping hao评 haoping 耗评 郝评",
    "差评": "差苹 差坪 差萍 cha评 chaping 插评",
    "追评": "追平 追苹 zhuiping",
    "评价": "评阶 pingjia 评jia",
    "支付宝": "支fu宝 支付饱 支付堡 zhifubao 支fubao 吱付宝 知付宝 zfb",
    "收款码": "收款马 收款妈 收钱码 收钱马 收款ma",
    "二维码": "二维马 二唯码 二惟码 2维码 2维马 二wei码 erweima",
    "公众号": "公重号 公仲号 公粽号 公zhong号 gongzhonghao",
    "发票": "fa票 发piao fapiao 发飘 发漂",
    "转账": "转帐 转仗 转zhang zhuanzhang",
    "红包": "洪包 宏包 鸿包 红bao hongbao 紅包包",
    "返现": "反现 返xian fanxian",
    "私下": "斯下 丝下 si下",
    "平台": "平苔 瓶台 ping台",
    "手机": "手鸡 手ji 爪机",
    "电话": "电画 dian话 电hua dianhua",
    "抖音": "某音 斗音 抖yin d音 豆音 douyin",
    "小红书": "某书 小红薯 小哄书 小红shu xiaohongshu",
    "闲鱼": "某鱼 贤鱼 xianyu",
    "拼多多": "拼夕夕 某多多 pdd 拼dd",
    "扣扣": "筘筘 叩叩 蔻蔻 抠抠 釦釦 koukou 口扣 扣口",
    "企鹅号": "企号 企蛾号 企额号",
    "手机号": "手机hao",
}
# 微芯 makes chips, 威信 is a word, 薇欣 a name.
_WEIXIN = {
    "微薇威徽溦葳嶶崴媁巍": "訫伈",
    "薇威徽溦葳嶶崴媁巍": "芯杏",
    "薇徽溦葳嶶崴媁巍": "信心",
    "徽葳嶶媁": "欣鑫",
}
_MEANT = {word: meant for meant, words in _LIKE.items() for word in words.split()}
_MEANT |= {wei + xin: "微信" for first, last in _WEIXIN.items() for wei in first for xin in last}
_MEANT |= {f"{wei}心信": "微信" for wei in "微薇威徽溦葳嶶v"}  # a heart between them
_MEANT |= {f"{add}{wei}": f"加{wei}" for add in "嘉伽佳茄珈" for wei in "v薇葳嶶"}


_HEARD = strings_in((word, word) for word in _MEANT)


def meant(text: str) -> list[tuple[int, int, str]]:
    """The places of ``text`` that sound like another word, each with that word."""
    heard = sorted({word for _, word in _HEARD(text)}, key=len, reverse=True)
    if not heard:
        return []
    sounds = re.compile("|".join(map(re.escape, heard)))
    return [(*match.span(), _MEANT[match[0]]) for match in sounds.finditer(text)]
