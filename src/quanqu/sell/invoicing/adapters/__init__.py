"""Invoices as documents: EN 16931 as UBL, the fields of a fapiao, PDF."""
