"""What Amazon's mails look like, as data. Sources: README, "Facts"."""

import re
from typing import Final

RELAY_HOST: Final = "marketplace.amazon."
_TLD_LIST: Final = (
    "com ca com.mx com.br co.uk de fr it es nl se pl ie com.be com.tr eg sa ae in sg com.au co.jp"
)
TLDS: Final = frozenset(_TLD_LIST.split())
MARKETPLACE_TLDS: Final = {
    "A2EUQ1WTGCTBG2": "ca",
    "ATVPDKIKX0DER": "com",
    "A1AM78C64UM0Y8": "com.mx",
    "A2Q3Y263D00KWC": "com.br",
    "A1RKKUPIHCS9HS": "es",
    "A1F83G8C2ARO7P": "co.uk",
    "A13V1IB3VIYZZH": "fr",
    "A1805IZSGTT6HS": "nl",
    "A1PA6795UKMFR9": "de",
    "APJ6JRA9NG5V4": "it",
    "A2NODRKZP88ZB9": "se",
    "A1C3SOZRARQ6R3": "pl",
    "ARBP9OOSHTCHU": "eg",
    "A33AVAJ2PDY3EV": "com.tr",
    "A17E79C6D8DWNP": "sa",
    "A2VIGQ35RCS4UG": "ae",
    "A21TJRUUN4KGV": "in",
    "A19VAU5U5O7RUS": "sg",
    "A39IBJ37TRP1C6": "com.au",
    "A1VC38T7YXB528": "co.jp",
    "AMEN7PMS3EDWL": "com.be",
    "A28R8C7NBKEWEA": "ie",
}

# Local parts that write on Amazon's domains and are never a buyer.
SYSTEM_SENDERS: Final = frozenset(
    {
        "donotreply",
        "do-not-reply",
        "no-reply",
        "noreply",
        "auto-communication",
        "order-update",
        "payments-messages",
        "seller-performance",
        "community-help",
        "atoz-guarantee-no-reply",
        "cb-seller-notification",
        "postmaster",
    }
)
CLAIM_SENDER: Final = "atoz-guarantee-no-reply"

BUYER_MESSAGE: Final = "BBC_MESSAGE_SENT_TO_MERCHANT"
OWN_COPY: Final = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"
NOTICE_TYPES: Final = ("BRC_SELLER_NOTIFICATION", "RETURN_REQUEST", "A_Z_")

# The words between the runs of hyphens. Dutch, Polish, Swedish and Turkish are from memory:
# no mail of theirs is public. Their HTML part is read by its <pre>, which needs no words.
BEGIN_WORDS: Final = (
    "Begin message / Début du message",
    "Begin message",
    "Message:",
    "Anfang der Nachricht",
    "Début du message",
    "Inizio messaggio",
    "Iniciar mensaje",
    "Mensaje:",
    "Mensagem:",
    "Início da mensagem",
    "Iniciar mensagem",
    "メッセージはここから",
    "Begin bericht",
    "Początek wiadomości",
    "Början av meddelandet",
    "Mesajın başlangıcı",
)
END_WORDS: Final = (
    "End message / Fin du message",
    "End message",
    "Ende der Nachricht",
    "Fin du message",
    "Fine messaggio",
    "Finalizar mensaje",
    "Encerrar mensagem",
    "Fim da mensagem",
    "Mensagem final",
    "メッセージはここまで",
    "Einde bericht",
    "Koniec wiadomości",
    "Slutet av meddelandet",
    "Mesajın sonu",
)

# Amazon's customer service writing for a buyer: it starts the clock like a buyer's message.
SERVICE_RELAY_PHRASES: Final = (
    "an inquiry from one of our customers",
    "we've been contacted by a customer regarding the order identified below",
)

# Said later, by mail, after SMTP had accepted a reply. Only the first two are seen; the others
# are our translations.
REFUSAL_PHRASES: Final = (
    "chosen to opt out",
    "unable to deliver the message you sent",
    "pas pu remettre le message que vous avez envoyé",
    "pas pu distribuer le message que vous avez envoyé",
    "ihre nachricht konnte nicht zugestellt werden",
    "no hemos podido entregar el mensaje que has enviado",
    "non siamo riusciti a consegnare il messaggio che hai inviato",
    "não foi possível entregar a mensagem que você enviou",
    "送信されたメッセージを配信できませんでした",
)

RECIPIENT: Final = re.compile(r"[\w.+-]+@marketplace\.amazon\.[a-z.]*[a-z]", re.IGNORECASE)
