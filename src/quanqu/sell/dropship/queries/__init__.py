"""What is read of offers and orders to suppliers."""
