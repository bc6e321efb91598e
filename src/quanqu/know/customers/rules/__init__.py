"""Pure decisions of know.customers."""
