"""What suppliers ship straight to the shopper: offers, orders to them, what is due to them."""
