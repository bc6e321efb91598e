"""What is decided about orders to suppliers."""
