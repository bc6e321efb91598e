"""Tags that are worked out: by rules, as statistics of events; their versions and accuracy."""
