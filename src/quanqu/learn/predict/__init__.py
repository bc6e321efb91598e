"""learn.predict: models of what customers will do, with a card and a back-test for each."""
