"""What shops call the states of an order, in the languages of trade."""

from typing import Final

__all__ = ["GENDERS", "REFUNDED", "STATUSES", "known_statuses"]

_WORDS: Final[dict[str, str]] = {
    "draft": "draft|entwurf|草稿",
    "placed": (
        "placed|pending|new|open|created|unpaid|awaiting payment|pending payment|on hold|on-hold|"
        "received|confirmed|processing payment|待付款|未付款|等待买家付款|待支付|未支付|已下单|"
        "offen|neu|"
        "en attente|nouveau|pendiente|in attesa|pendente|未入金|신규"
    ),
    "paid": (
        "paid|payment received|partially paid|partially_paid|approved|authorized|captured|"
        "已付款|待发货|已支付|"
        "买家已付款，等待卖家发货|买家已付款,等待卖家发货|未发货|bezahlt|payee|payé|payée|pagado|pagato|pago|"
        "入金済|결제완료"
    ),
    "processing": (
        "processing|in process|in progress|preparing|packed|picking|invoiced|配货中|拣货中|"
        "处理中|备货中|等待出库|待出库|unfulfilled|partially fulfilled|in bearbeitung|en cours|"
        "en cours de traitement|procesando|en proceso|"
        "in lavorazione|処理中"
    ),
    "shipped": (
        "shipped|sent|已出库|等待收货|in transit|dispatched|out for delivery|partially shipped|"
        "fulfilled|已发货|"
        "卖家已发货，等待买家确认|卖家已发货,等待买家确认|待收货|运输中|versendet|versandt|verschickt|"
        "expedie|expédié|expédiée|enviado|spedito|発送済|배송중"
    ),
    "delivered": (
        "delivered|picked up|collected|received by customer|已签收|已收货|已送达|zugestellt|"
        "geliefert|livre|livré|livrée|entregado|entregue|consegnato|配達済|배송완료"
    ),
    "completed": (
        "completed|complete|partially refunded|partially_refunded|部分退款|teilweise erstattet|"
        "partiellement remboursé|done|closed|finished|success|successful|ok|sale|sold|交易成功|"
        "已完成|完成|"
        "成功|交易完成|abgeschlossen|erledigt|fertig|termine|terminé|terminée|completado|completato|"
        "concluido|concluído|完了|구매확정"
    ),
    "cancelled": (
        "cancelled|canceled|cancel|voided|void|rejected|declined|failed|expired|unavailable|"
        "交易关闭|已取消|已关闭|取消|关闭|作废|storniert|abgebrochen|annule|annulé|annulée|cancelado|"
        "anulado|annullato|cancelada|キャンセル|취소"
    ),
}
STATUSES: Final = {word: status for status, words in _WORDS.items() for word in words.split("|")}
REFUNDED: Final = frozenset(
    [
        "refunded",
        "returned",
        "return",
        "refund",
        "已退款",
        "退款成功",
        "已发货，退款成功",
        "未发货，退款成功",
        "已收货，退款成功",
        "已退货",
        "退货",
        "erstattet",
        "retourniert",
        "zuruckgegeben",
        "zurückgegeben",
        "rembourse",
        "remboursé",
        "remboursée",
        "retourné",
        "reembolsado",
        "devuelto",
        "devolvido",
        "rimborsato",
        "返品",
        "返金",
        "환불",
    ]
)
GENDERS: Final = {
    "male": "male", "m": "male", "man": "male", "男": "male", "男性": "male", "herr": "male",
    "mannlich": "male", "männlich": "male", "homme": "male", "h": "male", "hombre": "male",
    "masculino": "male", "uomo": "male", "남": "male", "female": "female", "f": "female",
    "woman": "female", "女": "female", "女性": "female", "frau": "female", "weiblich": "female",
    "w": "female", "femme": "female", "mujer": "female", "femenino": "female", "donna": "female",
    "feminino": "female", "여": "female",
}  # fmt: skip


def known_statuses(words: tuple[str, ...]) -> float:
    """Return the share of words that are states of orders."""
    known = sum(word.lower() in STATUSES or word.lower() in REFUNDED for word in words)
    return known / len(words) if words else 0.0
