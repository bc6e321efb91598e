"""Invoices: what tax law asks of a sale, in numbers without gaps, and what takes it back."""
