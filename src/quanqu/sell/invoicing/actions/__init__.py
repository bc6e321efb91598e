"""What changes invoices."""
