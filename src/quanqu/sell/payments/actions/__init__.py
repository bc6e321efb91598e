"""What changes payments: they are started, taken, given up and given back."""
