"""Pure decisions of know.consent."""
