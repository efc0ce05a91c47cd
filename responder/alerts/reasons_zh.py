"""Reasons in Chinese, by the English sentence. ``{…}`` is filled in; the more exact comes first."""

from typing import Final

ZH: Final = {
    # the way there
    "no answer in time": "未及时收到答复",
    "no answer: {error}": "没有收到答复（{error}）",
    "cannot connect: {error}": "无法连接（{error}）",
    "no connection to {where} ({error}): is the address right?": (
        "无法连接 {where}（{error}）：地址是否正确？"
    ),
    "refused later by the marketplace": "平台事后拒绝了回复",
    "a reply of an earlier, forgotten exchange was refused": (
        "较早的、已清除的对话中有一条回复被平台拒绝"
    ),
    "the answer is larger than {size} MiB": "答复超过 {size} MiB",
    "the proxy gave up": "代理放弃了请求",
    "the proxy hung up": "代理断开了连接",
    "the proxy does not speak HTTP": "代理不支持 HTTP",
    "the proxy does not come to an end": "代理的答复没有结束",
    "the proxy refused the login (HTTP 407)": "代理拒绝登录（HTTP 407）",
    "the proxy answered HTTP {status}": "代理返回 HTTP {status}",
    "the proxy cannot be used: {error}": "无法使用代理（{error}）",
    # mailboxes
    "IMAP: the login was refused": "IMAP：登录被拒绝",
    "IMAP: the login was not answered": "IMAP：登录没有得到答复",
    "IMAP: the access token was refused (status {status})": "IMAP：访问令牌被拒绝（状态 {status}）",
    "IMAP: the access token was refused": "IMAP：访问令牌被拒绝",
    "IMAP: the server searches for no such words": "IMAP：服务器不支持搜索这样的文字",
    "IMAP: the folder {folder} cannot be opened": "IMAP：无法打开文件夹 {folder}",
    "{server}: the server takes no XOAUTH2; write a password instead of oauth": (
        "{server}：服务器不支持 XOAUTH2，请改用密码代替 oauth"
    ),
    "SMTP {code} at {step}": "SMTP 在 {step} 一步返回 {code}",
    "the mailbox is closed": "邮箱连接已关闭",
    "the inbox cannot be read: {error}": "无法读取收件箱（{error}）",
    "there is no access token": "没有访问令牌",
    "another process is getting an access token": "另一个进程正在获取访问令牌",
    # sessions and access tokens
    "its session ends on {when}: {why}; authorize the app again": (
        "授权将于 {when} 到期：{why}；请重新授权应用"
    ),
    "its session ends on {when}, and {why}; authorize the app again": (
        "授权将于 {when} 到期，而且{why}；请重新授权应用"
    ),
    "its session ends on {when} and cannot be renewed; authorize the app again": (
        "授权将于 {when} 到期且无法续期；请重新授权应用"
    ),
    "its session cannot be renewed: {why}; authorize the app again": (
        "授权无法续期：{why}；请重新授权应用"
    ),
    "its level {level} ends on {when}; authorize the app again": (
        "权限级别 {level} 将于 {when} 到期；请重新授权应用"
    ),
    "{used} of the {of} calls that its app has a day are used ({day}, GMT+8): the inbox is read "
    "less often, and what is left is kept for replies": (
        "应用每天的 {of} 次调用已用 {used} 次（{day}，GMT+8）："
        "收件箱的读取频率降低，剩余次数留给回复"
    ),
    "{code}: app key, secret or signature refused": "{code}：应用密钥或签名被拒绝",
    "{code}: the session is dead, the shop must authorize again": (
        "{code}：授权已失效，店铺须重新授权"
    ),
    "{code}: the app lacks a permission": "{code}：应用缺少权限",
    "{code}: this machine's clock is over 10 minutes off": "{code}：本机时钟偏差超过 10 分钟",
    "{code}: the token or a scope was refused": "{code}：令牌或权限范围被拒绝",
    "reading still works, so the level for writing has lapsed ({ended})": (
        "仍可读取，说明写入权限已到期（{ended}）"
    ),
    "reading still works, so the level for writing has lapsed": "仍可读取，说明写入权限已到期",
    "{level} ended {when} UTC": "{level} 已于 {when} UTC 到期",
    "it could not be renewed: {why}": "未能续期：{why}",
    "that is tried again": "会再次尝试",
    "the renewal was refused ({why})": "续期被拒绝（{why}）",
    "the renewal failed ({why})": "续期失败（{why}）",
    "the renewal was put off ({why})": "续期被推迟（{why}）",
    "no answer to a renewal in time": "续期请求未及时得到答复",
    "an answer to a renewal that cannot be read": "续期请求的答复无法读取",
    "an answer to a renewal without an access token": "续期请求的答复中没有访问令牌",
    "an answer to a renewal without a session": "续期请求的答复中没有授权",
    "another error": "其他错误",
    "another process is renewing the session": "另一个进程正在续期",
    "Login with Amazon: unreadable answer": "亚马逊登录：答复无法读取",
    "Login with Amazon: {error}": "亚马逊登录：{error}",
    "the token answer holds no token": "亚马逊登录的答复中没有令牌",
    "eBay's login said {error}: authorize the app again": "eBay 登录返回 {error}：请重新授权应用",
    "eBay's login said {error}": "eBay 登录返回 {error}",
    "eBay's login answered without a token": "eBay 登录的答复中没有令牌",
    # what a marketplace answers
    "an answer that is neither JSON nor XML": "答复既不是 JSON 也不是 XML",
    "HTTP {status}: an answer that is neither JSON nor XML": (
        "HTTP {status}：答复既不是 JSON 也不是 XML"
    ),
    "an answer that does not say whether it was done": "答复没有说明是否已完成",
    "an answer that is no JSON object": "答复不是 JSON 对象",
    "a good answer without the message's id": "平台已答复，但没有给出消息编号",
    "TOP cannot show {count} refund threads": "TOP 无法显示 {count} 个退款会话",
    "TOP code {code} ({sub_code})": "TOP 错误码 {code}（{sub_code}）",
    "TOP code {code}": "TOP 错误码 {code}",
    "the budget of {name} is spent": "{name} 的请求配额已用完",
    "{used} of the app's {of} calls of a day": "应用每天的 {of} 次调用已用 {used} 次",
    "Amazon throttles {name}": "亚马逊限制了 {name} 的请求频率",
    # replies
    "the answer was lost, and the marketplace cannot say whether it arrived": (
        "平台的答复丢失，也无法确认是否送达"
    ),
    "it was refused now, but an earlier try without an answer may have arrived": (
        "平台这次拒绝了，但上一次发送的答复丢失，可能已经送达"
    ),
    "the answer was lost, and the marketplace cannot tell whether it arrived": (
        "平台的答复丢失，也无法确认是否送达"
    ),
    "the marketplace had taken the reply, and refused it later": "平台先接受了回复，之后又拒绝",
    "refused after it was sent": "发送后被平台拒绝",
    "a newer message came first": "发送前有了新消息",
    "a file of it is gone: attach it again": "有附件已不存在：请重新添加",
    "it breaks the rules: {rules}": "违反规则：{rules}",
    "replies cannot be sent: {why}": "无法发送回复：{why}",
    "it could not be sent: {why}": "无法发送：{why}",
    "rate_limited": "请求过于频繁",
    "unauthorized": "登录或授权被拒绝",
    "unavailable": "平台没有可用的答复",
    "the text is empty": "内容为空",
    "the text has {length} bytes, a refund thread takes {most}": (
        "内容有 {length} 字节，退款留言最多 {most} 字节"
    ),
    "the text has {length} characters, chat takes {most}": (
        "内容有 {length} 个字符，聊天消息最多 {most} 个"
    ),
    "the text has {length} characters, eBay takes {most}": (
        "内容有 {length} 个字符，eBay 最多接受 {most} 个"
    ),
    "the text has {length} characters, one takes {most}": (
        "内容有 {length} 个字符，每条最多 {most} 个"
    ),
    "the thread has no address to answer to": "该会话没有可回复的地址",
    "the thread has no relay address to answer to": "该会话没有可回复的中转地址",
    "this marketplace takes no files with a reply": "该平台的回复不支持附件",
    "AliExpress said no ({why})": "速卖通拒绝了请求（{why}）",
    "without a code": "未给出代码",
    # words about an order that nobody asked for
    "the marketplace refused it: {why}": "平台拒绝了：{why}",
    "the order is not known any more": "订单已查不到",
    "the order gives no occasion for it any more": "订单已不再需要这条消息",
    "it was not sent: the marketplace refuses the shop's login; renew it ({why})": (
        "未发送：平台拒绝店铺的登录，请更新授权（{why}）"
    ),
    "it was not sent: the marketplace refuses the shop's login; renew it": (
        "未发送：平台拒绝店铺的登录，请更新授权"
    ),
    "it was not sent: the marketplace takes no more messages for now ({why})": (
        "未发送：平台暂不接受更多消息（{why}）"
    ),
    "it was not sent: the marketplace takes no more messages for now": (
        "未发送：平台暂不接受更多消息"
    ),
    "it was not sent: the marketplace does not show the order ({why})": (
        "未发送：平台不显示该订单（{why}）"
    ),
    "it was not sent: the marketplace does not show the order": "未发送：平台不显示该订单",
    "it was not sent: the marketplace could not be reached for hours ({why})": (
        "未发送：数小时无法连接平台（{why}）"
    ),
    "it was not sent: the marketplace could not be reached for hours": (
        "未发送：数小时无法连接平台"
    ),
    "it was not sent: it could not leave in time, again and again": "未发送：多次未能及时发出",
    # what was missing, what nobody could read, what falls due
    "1 thing was at the marketplace and not here. {more}": "平台上有 1 条内容本系统没有。{more}",
    "{missing} things were at the marketplace and not here. {more}": (
        "平台上有 {missing} 条内容本系统没有。{more}"
    ),
    "In all so far: {recovered} found by comparing with its own lists, and stored; {unaccounted} "
    "named and not handed out. The lists are compared again.": (
        "迄今共有 {recovered} 条经与平台列表核对找回并保存，{unaccounted} 条平台提到但未给出。"
        "正在再次核对列表。"
    ),
    "something at the source cannot be read: see responder dead-letters list": (
        "平台上有内容无法读取：请看 responder dead-letters list"
    ),
    "1 reply falls due while nobody is there, from {begins} to {ends} UTC.": (
        "无人值守期间（{begins} 至 {ends} UTC）有 1 条回复到期。"
    ),
    "{count} replies fall due while nobody is there, from {begins} to {ends} UTC.": (
        "无人值守期间（{begins} 至 {ends} UTC）有 {count} 条回复到期。"
    ),
    # the doors of an account
    "polls open until {when}": "收取已暂停，{when} 后再试",
    "polls open": "收取已暂停",
    "polls half open": "收取正在试探",
    "sends open until {when}": "发送已暂停，{when} 后再试",
    "sends open": "发送已暂停",
    "sends half open": "发送正在试探",
}
