"""The tables of know.consent."""

from quanqu.know.consent.models.ledger import (
    ChainHead,
    ConsentNote,
    ConsentRecord,
    ConsentText,
    Restriction,
    Standing,
)
from quanqu.know.consent.models.links import ConsentLink

__all__ = [
    "ChainHead",
    "ConsentLink",
    "ConsentNote",
    "ConsentRecord",
    "ConsentText",
    "Restriction",
    "Standing",
]
