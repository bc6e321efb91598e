"""Pure decisions: what is open in which order, which rule holds, which offer is chosen."""
