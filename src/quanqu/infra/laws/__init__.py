"""The laws of the house as checks over live data; rooms register theirs."""
