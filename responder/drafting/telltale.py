"""Words and letters by which a reader knows a language at a glance, where statistics see little."""

from collections.abc import Mapping, Sequence

_WORDS = {
    "en": """
        the is are was my your you i it to of and for in on with not have has been this that
        where when what how can could please order package refund return size thanks hello
        hi does do did will would an a from me we they but or if still yet any don't doesn't
        it's i'm am want need help delivery shipping payment account missing wrong broken
        item issue about request update problem tracking cancel
    """,
    "de": """
        der die das und ist nicht ich sie wir mein meine meinen bitte wann wo wie warum mit
        für auf von zu ein eine einen dem den im noch kein keine aber oder auch bestellung
        paket lieferung rechnung rücksendung rückgabe größe hallo danke guten tag können
        habe haben wurde kann es zum zur bei nach anfrage frage problem über ihre ihr
        bezüglich wegen defekt stornieren erstattung fehler hilfe
        falsche falscher falsches kaputt beschädigt umtausch reklamation geld doppelt
        abgebucht neue neuer adresse ändern kunde kunden fehlt fehlen angekommen erhalten
        garantie mahnung gutschein
        an stunden adressen zeigt zeige bis artikel versand warenkorb wählen hinzufügen entfernen
        speichern löschen sind wird werden diese dieser dieses alle nur durch passwort konto
        benutzer datum preis menge zahlung mehr
    """,
    "fr": """
        le la les des du de un une et est pas je vous nous mon ma mes votre vos quand où
        comment pourquoi avec pour sur dans ne ce cette j'ai c'est n'est qu'il bonjour merci
        commande colis livraison facture retour taille remboursement reçu produit svp au aux
        en à problème demande concernant l'article d'une avoir être suis annuler mais ou
        cassé cassée endommagé échange réclamation argent nouvelle adresse erreur manquant
        garantie changer modifier débité fois
        chemin ajoutée panier client clients aussi peut depuis entre numéro téléphone produits
        commandes carte sélectionner supprimer ajouter maintenant ici si été prix quantité tous
        toutes nos notre ces envoyé envoyée hors
    """,
    "es": """
        el la los las de del un una y es no que mi mis su por para con en cuándo cuando
        dónde donde cómo como qué pedido paquete envío factura devolución talla hola gracias
        buenos días tengo quiero puedo puede está he ha se lo le al todavía reembolso
        producto problema solicitud sobre consulta cuenta pero ayuda cancelar error mal sus
        esto eso este más sin datos usuario tienda dirección entrega pago tarjeta nombre
        contraseña cantidad precio artículo artículos todos ninguno ninguna o fue son
        recibido recibida llegado dañado dañada roto rota falta faltan cambio reclamación
        incidencia correo archivo dinero cobro cobrado dos veces garantía hasta hace nuevo
        nueva mensaje guardar clave enlace enlaces permitir equivocado
        enviar correos cada usuarios estás estos estas invitados ruta pagar través hacer ver todas
        nuestro nuestra cliente clientes también puedes desde entre fecha estado número teléfono
        código compra comprar carrito descuento pedidos productos regalo seleccionar eliminar
        añadir ahora aquí sólo solo si hay ser sido enviado
    """,
    "it": """
        il lo la gli le di del della dei un una e è non che mio mia miei suo per con in
        quando dove come perché ordine pacco spedizione fattura reso taglia ciao salve
        grazie buongiorno vorrei posso ho ha sono mi si al alla nel ancora rimborso prodotto
        problema richiesta arrivato ma o anche questo questa da annullare
        rotto rotta danneggiato reclamo soldi nuovo nuova indirizzo sbagliato sbagliata
        ricevuto mancante garanzia cambiare modificare addebito volte
        cerca numero tutti tutte questi queste nostro cliente clienti può carrello sconto ordini
        prodotti carta regalo seleziona inserisci elimina aggiungi ora qui se ci essere stato data
        codice quantità prezzo inviata inviato
    """,
    "pt": """
        o os a as de do da dos das um uma e é não que meu minha meus seu por para com em no
        na quando onde como pedido encomenda envio fatura devolução tamanho olá obrigado
        obrigada bom dia tenho quero posso está já se ao ainda reembolso produto problema
        solicitação sobre você foi mas ou nao até muito cancelar conta ajuda sua suas à às ao
        aos pelo pela pelos são isto isso este mais sem dados usuário loja endereço entrega
        pagamento cartão nome senha quantidade preço item itens todos nenhum nenhuma quer
        recebido recebida chegou danificado danificada quebrado quebrada troca reclamação
        arquivo dinheiro cobrança cobrado duas vezes garantia novo nova mensagem salvar
        senha errado errada alterar
        enviar cada usuários utilizador utilizadores convidados convite pagar através fazer ver
        todas nosso nossa cliente clientes também pode desde entre data estado número telefone
        código compra comprar carrinho desconto pedidos produtos presente selecionar selecione
        insira excluir remover adicionar agora aqui só há ser foram sido resposta respostas
        arquivos ficheiro ficheiros tipos enviado enviados
    """,
    "nl": """
        de het een en is niet ik u jullie wij mijn uw wanneer waar hoe waarom met voor op
        van te aan in dat die nog geen maar of ook bestelling pakket levering factuur retour
        maat hallo dank bedankt graag kan kunt heb heeft wordt terugbetaling bij naar om
        product probleem vraag over zijn deze mij is er verzoek annuleren
        kapot kapotte beschadigd ruilen klacht geld dubbel nieuwe adres wijzigen klant
        klanten verkeerde ontvangen ontbreekt garantie afgeschreven account
        winkelwagen verwijderen toevoegen selecteer prijs aantal datum totaal bestellingen
        producten alle dit worden werd opslaan wachtwoord naam
    """,
    "pl": """
        i w z na do nie jest to że się mój moja moje kiedy gdzie jak dlaczego dla od po za
        czy o mam proszę paczka zamówienie zamówienia przesyłka faktura zwrot rozmiar dzień
        dobry dziękuję chcę mogę jeszcze ale lub są był była został zwrotu pieniędzy produkt
        problem pytanie tylko już bardzo moją mojego ten ta
        uszkodzony uszkodzona reklamacja pieniądze nowy nowa adres adresu zmiana zmienić
        brak gwarancja wymiana otrzymałem dostałem
    """,
    "tr": """
        bir ve bu ne zaman nerede nasıl neden için ile mi mı mu mü değil var yok benim sizin
        siparişim sipariş kargo iade fatura beden merhaba teşekkürler lütfen ürün hala daha
        ama veya olarak çok gelmedi istiyorum var mı da de ben geldi iptal hakkında sorun
        kadar gibi sonra
        hasarlı kırık şikayet para yeni adres değişim değiştirme eksik garanti yanlış gelen
        ödeme
    """,
}
_LETTERS = {
    "de": "ßäöü",
    "fr": "œèêëîïôûùçàâ",
    "es": "ñ¿¡áíóúü",
    "it": "àèìòù",
    "pt": "ãõçáâêôàíóú",
    "nl": "ëïöü",
    "pl": "łąęśżźćńó",
    "tr": "ğışİçöüâî",
}
_WORDS_OF: Mapping[str, frozenset[str]] = {
    language: frozenset(text.split()) for language, text in _WORDS.items()
}
_MARKED = frozenset("".join(_LETTERS.values()))
_FOREIGN: Mapping[str, frozenset[str]] = {
    language: _MARKED - frozenset(_LETTERS.get(language, "")) for language in _WORDS
}


def evidence(words: Sequence[str], language: str) -> float:
    """How much lower-case ``words`` speak for a language of ``_WORDS``, as a natural logarithm."""
    known, foreign = _WORDS_OF[language], _FOREIGN[language]
    hits = sum(word in known for word in words)
    strange = sum(not foreign.isdisjoint(word) for word in words)
    return 1.2 * hits - 3.0 * strange


def telltale(words: Sequence[str]) -> dict[str, int]:
    """How many of lower-case ``words`` each language of ``_WORDS`` counts among its own."""
    return {language: sum(map(known.__contains__, words)) for language, known in _WORDS_OF.items()}
