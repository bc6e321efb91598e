"""What failed in the background, as operators see it: jobs and undelivered events together."""
