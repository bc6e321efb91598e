"""What is done with offers and orders to suppliers."""
