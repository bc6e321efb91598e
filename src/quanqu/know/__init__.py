"""The know wing: who the customer is."""
