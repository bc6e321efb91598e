"""Where personal data rests: rooms declare it, one walk finds, hands out and erases it."""
