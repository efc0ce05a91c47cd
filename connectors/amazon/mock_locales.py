"""The words of Amazon's mails, by language. Sources: README, "Facts"."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """One language's frame around a buyer's words. ``{buyer}`` and ``{order}`` are filled in."""

    tag: str  # as in Amazon's links: de_DE
    subject: str
    subject_without_order: str
    received: str
    begin: str
    end: str
    footer: str
    report: str


LOCALES: Final = {
    "en": Locale(
        tag="en_US",
        subject="Inquiry from Amazon customer {buyer} (Order: {order})",
        subject_without_order="Product details inquiry from Amazon customer {buyer}",
        received="You have received a message.",
        begin="Begin message",
        end="End message",
        footer="Was this email helpful? Amazon keeps a copy of this correspondence for two years.",
        report="Mark this message as no response needed",
    ),
    "de": Locale(
        tag="de_DE",
        subject="Frage von Amazon-Kunde {buyer} (Bestellung: {order})",
        subject_without_order="Frage zu Produktdetails von Amazon-Kunde {buyer}",
        received="Sie haben eine Nachricht erhalten.",
        begin="Anfang der Nachricht",
        end="Ende der Nachricht",
        footer="Amazon bewahrt eine Kopie dieses Schriftwechsels zwei Jahre lang auf.",
        report="Keine Antwort erforderlich",
    ),
    "fr": Locale(
        tag="fr_FR",
        subject="Demande de la part du client Amazon {buyer} (Commande : {order})",
        subject_without_order="Demande de renseignements de la part du client Amazon {buyer}",
        received="Vous avez reçu un message.",
        begin="Début du message",
        end="Fin du message",
        footer="Amazon conserve une copie de cette correspondance pendant deux ans.",
        report="Aucune réponse nécessaire",
    ),
    "it": Locale(
        tag="it_IT",
        subject="Richiesta dal cliente Amazon {buyer} (Ordine: {order})",
        subject_without_order="Richiesta di dettagli sul prodotto dal cliente Amazon {buyer}",
        received="Hai ricevuto un messaggio.",
        begin="Inizio messaggio",
        end="Fine messaggio",
        footer="Amazon conserva una copia di questa corrispondenza per due anni.",
        report="Nessuna risposta necessaria",
    ),
    "es": Locale(
        tag="es_ES",
        subject="Consulta del cliente de Amazon {buyer} (Pedido: {order})",
        subject_without_order="Consulta sobre detalles del producto del cliente de Amazon {buyer}",
        received="Has recibido un mensaje.",
        begin="Iniciar mensaje",
        end="Finalizar mensaje",
        footer="Amazon conserva una copia de esta correspondencia durante dos años.",
        report="No se necesita respuesta",
    ),
    "pt": Locale(
        tag="pt_BR",
        subject="Pergunta do cliente Amazon {buyer} (Pedido: {order})",
        subject_without_order="Detalhes do produto Amazon {buyer} pergunta do cliente",
        received="Você recebeu uma mensagem.",
        begin="Início da mensagem",
        end="Fim da mensagem",
        footer="A Amazon guarda uma cópia desta correspondência por dois anos.",
        report="Nenhuma resposta necessária",
    ),
    "ja": Locale(
        tag="ja_JP",
        subject="Amazonのお客様{buyer}からのお問い合わせ (注文: {order})",
        subject_without_order="Amazonのお客様{buyer}からの商品に関するお問い合わせ",
        received="メッセージを受信しました。",
        begin="メッセージはここから",
        end="メッセージはここまで",
        footer="Amazonはこのやり取りのコピーを2年間保管します。",
        report="返信不要",
    ),
    "nl": Locale(
        tag="nl_NL",
        subject="Vraag van Amazon-klant {buyer} (Bestelling: {order})",
        subject_without_order="Vraag over productgegevens van Amazon-klant {buyer}",
        received="Je hebt een bericht ontvangen.",
        begin="Begin bericht",
        end="Einde bericht",
        footer="Amazon bewaart twee jaar lang een kopie van deze correspondentie.",
        report="Geen antwoord nodig",
    ),
    "pl": Locale(
        tag="pl_PL",
        subject="Zapytanie od klienta Amazon {buyer} (Zamówienie: {order})",
        subject_without_order="Zapytanie o szczegóły produktu od klienta Amazon {buyer}",
        received="Otrzymano wiadomość.",
        begin="Początek wiadomości",
        end="Koniec wiadomości",
        footer="Amazon przechowuje kopię tej korespondencji przez dwa lata.",
        report="Odpowiedź nie jest wymagana",
    ),
    "sv": Locale(
        tag="sv_SE",
        subject="Fråga från Amazon-kund {buyer} (Beställning: {order})",
        subject_without_order="Fråga om produktdetaljer från Amazon-kund {buyer}",
        received="Du har fått ett meddelande.",
        begin="Början av meddelandet",
        end="Slutet av meddelandet",
        footer="Amazon sparar en kopia av denna korrespondens i två år.",
        report="Inget svar behövs",
    ),
    "tr": Locale(
        tag="tr_TR",
        subject="Amazon müşterisi {buyer} sorusu (Sipariş: {order})",
        subject_without_order="Amazon müşterisi {buyer} ürün bilgisi sorusu",
        received="Bir mesaj aldınız.",
        begin="Mesajın başlangıcı",
        end="Mesajın sonu",
        footer="Amazon bu yazışmanın bir kopyasını iki yıl saklar.",
        report="Yanıt gerekmiyor",
    ),
}
HOME_LANGUAGES: Final = {
    "de": "de",
    "fr": "fr",
    "com.be": "fr",
    "it": "it",
    "es": "es",
    "com.mx": "es",
    "com.br": "pt",
    "co.jp": "ja",
    "nl": "nl",
    "pl": "pl",
    "se": "sv",
    "com.tr": "tr",
}


def locale(language: str | None, tld: str) -> Locale:
    """The locale of a language tag, or of the marketplace; English where neither is known."""
    named = (language or "").lower().replace("_", "-").partition("-")[0]
    return LOCALES.get(named) or LOCALES[HOME_LANGUAGES.get(tld, "en")]
