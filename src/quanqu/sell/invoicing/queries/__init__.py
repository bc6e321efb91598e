"""What is read of invoices."""
