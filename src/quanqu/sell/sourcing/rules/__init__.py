"""The decisions of sourcing: which places may ship, and which set of them is the best."""
