"""The marketplaces that can be configured: from an account's table to its connector."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from pydantic import SecretStr

from connectors.amazon.config import AmazonConfig, SpApiConfig
from connectors.amazon.connector import AmazonConnector
from connectors.base import Connector
from connectors.mail.config import ImapConfig, SmtpConfig, Tls
from connectors.plugin import Place
from connectors.shared import ALONE, Shared
from connectors.taobao.account import TopAccount
from connectors.taobao.connector import TaobaoConnector
from connectors.top.access import rate_of
from connectors.top.sign import SignMethod
from responder import __version__
from responder.settings.accounts import (
    AmazonAccount,
    AnyAccount,
    PluginAccount,
    SpApiTable,
    TaobaoAccount,
)

Now = Callable[[], datetime]

LANGUAGES = {"amazon": "en", "taobao": "zh"}


def language_of(account: AnyAccount) -> str:
    """What a text is taken for that does not say."""
    usual = account.plugin.language if isinstance(account, PluginAccount) else ""
    return account.language or usual or LANGUAGES[account.marketplace]


def user_agent(account: AnyAccount) -> str:
    """What the account says it is: its own words, else ours, different for every account.

    The number follows from the account's id, so that it stays the same over restarts, and says
    nothing of the id.
    """
    own = blake2b(account.id.encode(), digest_size=4, person=b"user agent").hexdigest()
    return account.user_agent or f"marketplace-responder/{__version__} (Language=Python; Id={own})"


def connector_for(account: AnyAccount, now: Now, shared: Shared = ALONE) -> Connector:
    """The connector that speaks for ``account`` and for no other.

    ``shared`` is what all processes that serve it have in common.
    """
    match account:
        case AmazonAccount():
            config = _amazon(account)
            return AmazonConnector(config, now, budget=shared.budget, vault=shared.vault)
        case TaobaoAccount():
            return TaobaoConnector(_taobao(account), now=now, shared=shared)
        case PluginAccount():
            place = Place(
                now=now, proxy=account.proxy, user_agent=user_agent(account), shared=shared
            )
            return account.plugin.connect(account.options, place)


def _amazon(account: AmazonAccount) -> AmazonConfig:
    return AmazonConfig(
        marketplace_id=account.marketplace_id,
        imap=ImapConfig(
            host=account.imap.host,
            port=account.imap.port,
            tls=Tls(account.imap.tls),
            username=account.imap.username,
            password=_told(account.imap.password),
            folder=account.imap.folder,
            other_folders=account.imap.other_folders,
            idle=account.imap.idle,
        ),
        smtp=SmtpConfig(
            host=account.smtp.host,
            port=account.smtp.port,
            tls=Tls(account.smtp.tls),
            username=account.smtp.username,
            password=_told(account.smtp.password),
            sender=account.smtp.sender,
        ),
        sp_api=_sp_api(account.sp_api) if account.sp_api else None,
        oauth=account.oauth.of(proxy=account.proxy, user_agent=user_agent(account))
        if account.oauth
        else None,
        proxy=account.proxy,
        user_agent=user_agent(account),
    )


def _told(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _sp_api(table: SpApiTable) -> SpApiConfig:
    return SpApiConfig(
        endpoint=table.endpoint,
        lwa_endpoint=table.lwa_endpoint,
        client_id=table.client_id,
        client_secret=table.client_secret.get_secret_value(),
        refresh_token=table.refresh_token.get_secret_value(),
    )


def _taobao(account: TaobaoAccount) -> TopAccount:
    return TopAccount(
        app_key=account.top.app_key,
        app_secret=account.top.app_secret.get_secret_value(),
        session=account.top.session.get_secret_value(),
        gateway=account.top.gateway,
        group_name=account.top.group_name,
        sign_method=SignMethod(account.top.sign_method),
        chat=account.top.chat,
        rate=rate_of(account.top.requests_per_second),
        refresh_token=account.top.renewed_by,
        oauth=account.top.renewed_at,
        session_until=account.top.session_until,
        daily_calls=account.top.daily_calls,
        seller=account.top.seller,
        proxy=account.proxy,
        user_agent=user_agent(account),
    )
