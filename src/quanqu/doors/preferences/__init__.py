"""The door of people without an account: their consents, through a signed link."""
