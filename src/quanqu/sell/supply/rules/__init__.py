"""The decisions of supply: where an order may go, what may come, how costs are shared out."""
