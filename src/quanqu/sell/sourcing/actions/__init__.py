"""What sourcing changes: decisions with their holds, profiles, what places offer."""
