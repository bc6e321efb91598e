"""The tables of know.consent."""

from quanqu.know.consent.models.ledger import (
    ChainHead,
    ConsentNote,
    ConsentRecord,
    ConsentText,
    Restriction,
    Standing,
)

__all__ = ["ChainHead", "ConsentNote", "ConsentRecord", "ConsentText", "Restriction", "Standing"]
