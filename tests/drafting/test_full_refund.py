from decimal import Decimal

import pytest

from responder.domain.ladder import Caps, Offer
from responder.domain.model import Severity
from responder.drafting.disguise import plain
from responder.drafting.full_refund import promises
from responder.drafting.known import Known
from responder.drafting.rules import RuleBook, check

PROMISED = """
We'll refund everything.
You get every cent back.
We refund it in full and you need not return it.
I will give you all your money back.
We will return the whole amount to your card.
A complete refund is on its way.
The entire order will be reimbursed.
Consider it fully refunded.
Wir erstatten Ihnen alles.
Sie bekommen den vollen Preis zurück.
Die gesamte Bestellung wird Ihnen gutgeschrieben.
Wir zahlen Ihnen den kompletten Betrag zurück, behalten Sie die Lampe.
Nous vous remboursons la totalité.
Vous serez intégralement remboursé.
On vous rend tout, gardez la lampe.
Le reembolsamos el importe completo.
Le devolvemos todo el dinero.
Recibirá un reembolso íntegro sin devolver nada.
Le rimborsiamo tutto.
Riceverà un rimborso completo.
Le restituiamo l'intero importo.
全額返金いたします。
お支払いいただいた金額をすべてお返しします。
返送は不要で、全額を返金いたします。
全额退给您
这单全退哈，不用寄回来
钱都退给您
所有的钱原路返还
一分不少退您
整单退款给您
""".strip().splitlines()

NOT_PROMISED = """
We refund 5 EUR in total.
Die Rechnung über den gesamten Betrag schicken wir Ihnen zurück.
Please fill in the complete form; the refund follows in three days.
Everything is fine with your order and the refund of 3 EUR is done.
Once the parcel is back we refund you in full.
Please return it for a full refund.
You get a full refund after the return has arrived.
We cannot refund the full amount.
We refund 5 EUR. The full manual is online.
Please complete the refund form.
The order was cancelled; the full amount goes back to your card.
Nach Eingang der Rücksendung erstatten wir den vollen Betrag.
Leider können wir nicht alles erstatten.
Die Lampe ist vollständig aus Glas.
Après réception du retour nous vous remboursons intégralement.
Nous ne pouvons pas rembourser la totalité.
Tras la devolución le reembolsamos el importe completo.
No podemos devolverle todo el importe.
Dopo il reso riceverà il rimborso completo.
Non possiamo rimborsare tutto.
返品の到着後、全額を返金いたします。
全額の返金はできかねます。
退货收到后全额退款
亲全额退不了的，只能退差价哈
全部商品七天可退换
取消后全额原路退回
We sent everything back to the warehouse.
All our lamps come with a full set of screws.
""".strip().splitlines()

CAPS = Caps(
    currency="EUR",
    small=Offer(share=Decimal(10), cap=Decimal(10)),
    large=Offer(share=Decimal(20), cap=Decimal(20)),
    goodwill=Decimal(5),
    smallest=Decimal(1),
    agent=Decimal(20),
)


@pytest.mark.parametrize("text", PROMISED)
def test_all_of_the_money_is_heard_in_many_words(text: str) -> None:
    assert list(promises(plain(text).text)) != []


@pytest.mark.parametrize("text", NOT_PROMISED)
def test_what_is_given_back_for_something_or_refused_is_no_promise(text: str) -> None:
    assert list(promises(plain(text).text)) == []


@pytest.mark.parametrize(
    ("total", "found"),
    [
        ("99.00", [("amount_above_cap", Severity.BLOCK)]),
        ("20.00", []),
        ("", [("full_refund", Severity.WARN)]),
    ],
)
def test_the_cap_counts_what_the_order_came_to(
    total: str, found: list[tuple[str, Severity]]
) -> None:
    known = Known(caps=CAPS, facts={"order.total": total, "order.currency": "EUR"})

    findings = check("So sorry! We will refund everything.", RuleBook(rules=()), known)

    assert [(one.rule, one.severity) for one in findings] == found


def test_nothing_is_said_where_the_shop_has_no_caps() -> None:
    assert check("We will refund everything.", RuleBook(rules=())) == ()


def test_what_somebody_must_buy_for_is_no_gift() -> None:
    known = Known(caps=CAPS, facts={})

    assert check("满39元送花茶，优惠多多", RuleBook(rules=()), known) == ()
