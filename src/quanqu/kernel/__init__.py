"""Pure values: money, ids, time, errors, text and barcodes. Standard library only."""
