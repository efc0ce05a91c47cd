"""Reasons in Chinese: what could not be read or taken, and what a shop says when it is tried."""

from typing import Final

ZH_INBOX: Final = {
    # what was set aside
    "a message without an id": "消息没有编号",
    "a message without a readable time": "消息没有可读的时间",
    "a message of which nobody knows who wrote it": "无法得知消息由谁发出",
    "a message between people of whom none is this seller: is username right?": (
        "消息双方都不是本卖家：username 是否正确？"
    ),
    "a channel without an id": "会话没有编号",
    "a conversation without an id": "会话没有编号",
    "messages that are no objects": "消息格式不对",
    "a chat message without an id": "聊天消息没有编号",
    "a chat message without a readable time": "聊天消息没有可读的时间",
    "a chat message by nobody that we know": "聊天消息的发送人未知",
    "a refund message without an id": "退款留言没有编号",
    "a refund message without a readable time": "退款留言没有可读的时间",
    "a refund message by an unknown role": "退款留言的发送角色未知",
    "a TMC message about a refund whose content cannot be read": (
        "有一条关于退款的 TMC 消息，其内容无法读取"
    ),
    "a message was announced and has not appeared in its refund thread": (
        "平台通知有新留言，但退款会话中一直没有出现"
    ),
    "the refund cannot be read for an hour: {why}": "已连续一小时无法读取该退款：{why}",
    "the refund cannot be read: {why}": "无法读取该退款：{why}",
    "the refund's own deadline cannot be read: {why}": "无法读取该退款自身的期限：{why}",
    "the thread cannot be read for an hour: {why}": "已连续一小时无法读取该会话：{why}",
    "the thread cannot be read: {why}": "无法读取该会话：{why}",
    "the list names a message that its thread does not show": "列表中的一条消息在会话中没有显示",
    "the mail cannot be read ({error})": "邮件无法读取（{error}）",
    "the mail is too large to read ({size} bytes)": "邮件过大，无法读取（{size} 字节）",
    "the mailbox names this mail but does not hand it out": "邮箱列出了这封邮件，但没有给出",
    "a mail about a buyer that names neither an order nor one buyer for certain": (
        "邮件与买家有关，但无法确定是哪个订单或哪位买家"
    ),
    "a notice of Amazon that names neither an order nor a buyer": (
        "亚马逊的通知没有写明订单或买家"
    ),
    "a refusal that names neither a reply nor a thread": "退信没有写明是哪条回复或哪个会话",
    "a buyer's message without a relay address to answer to": "买家消息没有可回复的中转地址",
    "an unknown kind of sender on Amazon's relay domain": "亚马逊中转域名上的发件人类型未知",
    "the sender's address cannot be read": "无法读取发件人的地址",
    "the sender imitates Amazon: treat it as phishing": "发件人冒充亚马逊：请按钓鱼邮件处理",
    "{doubt} for a mail that claims to be Amazon's: treat it as phishing": (
        "自称来自亚马逊的邮件未通过验证（{doubt}）：请按钓鱼邮件处理"
    ),
    "{checks} failed: somebody may pretend to be the sender": (
        "{checks} 验证未通过：可能有人冒充发件人"
    ),
    "it makes no sense: {error}": "内容不合常理（{error}）",
    "this marketplace cannot be asked for it again": "无法向该平台重新索取",
    "it is no longer at its source": "平台上已没有这条内容",
    # what a worker gave up
    "{work}: it failed {tries} times: {error}": "{work}：失败 {tries} 次（{error}）",
    "it failed {tries} times: {error}": "失败 {tries} 次（{error}）",
    # what was asked, and did not come
    "the inbox did not answer in time": "收件箱未及时答复",
    "the source's list did not come in time": "平台的列表未及时送达",
    "unreadable list of messages": "可发消息的列表无法读取",
    "unreadable orders: {count} fields": "订单无法读取（{count} 个字段）",
    "unreadable order: {count} fields": "订单无法读取（{count} 个字段）",
    "an answer about an exchange that holds nothing": "换货的答复没有内容",
    "Amazon's list may still be as it was before": "亚马逊的列表可能尚未更新",
    "the thread may not show it yet": "会话中可能尚未显示",
    "the order may not show it yet": "订单上可能尚未显示",
    "rate limited for {time}: {why}": "请求过于频繁，{time} 后再试（{why}）",
    "rate limited for {time}": "请求过于频繁，{time} 后再试",
    "rate limited": "请求过于频繁",
    "the access token is of a kind that XOAUTH2 cannot show": "访问令牌的类型不能用于 XOAUTH2",
    # what was refused before it left
    "the thread does not say whom to answer": "会话没有写明该回复谁",
    "not a thread of this marketplace": "不是该平台的会话",
    "there is no rank {rank}; there are {ranks}": "没有等级 {rank}，可用：{ranks}",
    "there is no flag {flag}, only 0 to 5": "没有旗帜 {flag}，只有 0 到 5",
    "the memo has {length} bytes, an order takes {most}": (
        "备注有 {length} 字节，订单最多 {most} 字节"
    ),
    "the memo would have {length} bytes, an order takes {most}": (
        "备注将有 {length} 字节，订单最多 {most} 字节"
    ),
    "the subject or the reply's id would break the mail's header": ("主题或回复编号会破坏邮件头"),
    "there is no message of the kind {kind}": "没有 {kind} 这种消息",
    "a message has 1 to {most} characters, not {length}": (
        "消息须为 1 到 {most} 个字符，现为 {length} 个"
    ),
    "Amazon does not allow this message about this order now": "亚马逊目前不允许就该订单发送此消息",
    "at most {most} files go with one reply here, not {count}": (
        "此处每条回复最多 {most} 个附件，现有 {count} 个"
    ),
    "the files have {size} bytes together, at most {most} are taken; make them smaller or leave "
    "one out": "附件共 {size} 字节，最多 {most} 字节；请压缩或减少附件",
    "seller is {seller}, but the session belongs to {owner}: events of this shop would be left to "
    "a shop that nobody reads; write one of these": (
        "seller 写的是 {seller}，但授权属于 {owner}：本店的事件会留给无人读取的店铺；请改为其中之一"
    ),
    # what answers when a shop is tried
    "IMAP ok (next UID {uid})": "IMAP 正常（下一个 UID 为 {uid}）",
    "SMTP ok": "SMTP 正常",
    "Selling Partner API ok": "Selling Partner API 正常",
    "no Selling Partner API": "未使用 Selling Partner API",
    "logged in with an access token (XOAUTH2)": "用访问令牌登录（XOAUTH2）",
    "which cannot be renewed: {why}": "无法续期：{why}",
    "which could not be renewed: {why}": "未能续期：{why}",
    "renewed by itself": "自动续期",
    "a person renews it": "须由人续期",
    "session until {when}": "授权有效至 {when}",
    "a session whose end nobody has told": "授权到期时间未知",
    "AliExpress ok: {count} channels in a day": "速卖通正常：一天内有 {count} 个会话",
    "TOP ok: {count} refunds changed in a day": "TOP 正常：一天内有 {count} 个退款变动",
    "{count} TMC messages waiting": "{count} 条 TMC 消息待取",
    "chat (our extension) answers": "聊天（自有扩展）有答复",
    "chat off": "聊天未启用",
    "eBay ok: {count} conversations and {orders} orders in a day": (
        "eBay 正常：一天内有 {count} 个会话、{orders} 个订单"
    ),
    "seller is who the session belongs to": "seller 与授权一致",
    "seller not compared with the session: TOP named nobody": (
        "seller 未能与授权核对：TOP 没有给出名称"
    ),
    "seller not compared with the session ({error})": "seller 未能与授权核对（{error}）",
    # channels of alerts
    "{service} did not take it": "{service} 没有接受",
    "no answer within {seconds} s": "{seconds} 秒内没有答复",
    "HTTP {status}, and no answer of a robot": "HTTP {status}，且不是机器人的答复",
    "the address does not answer": "该地址没有答复",
}

# What workers do, by the names of their queues: only where a sentence names one.
WORK_ZH = {
    "poll": "收取",
    "draft": "起草",
    "watch": "计时",
    "outbox": "发送",
    "greet": "首句",
    "alert": "提醒",
    "census": "核对列表",
    "improve": "改写草稿",
    "orders": "读取订单",
    "occasion": "查看订单",
    "outreach": "主动消息",
}
