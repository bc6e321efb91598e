"""Live orders: from the basket to the goods in hand."""
