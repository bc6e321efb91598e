"""The engage wing: speaking with customers and looking after them."""
