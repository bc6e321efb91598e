"""Pure decisions of matching: normal forms, comparisons, blocks, thresholds, clusters."""
