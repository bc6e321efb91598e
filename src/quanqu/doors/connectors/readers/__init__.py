"""Files in, Arrow batches out: streamed, bounded, with the row each value came from."""
