"""The libraries matching stands on: Splink for the model, pypinyin for Han names."""
