"""The channels that ship: a folder each, of data only."""
