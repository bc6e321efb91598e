"""The stock of the group: a ledger of movements, and holds that never promise what is not there."""
