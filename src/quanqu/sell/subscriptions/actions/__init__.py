"""What is done to subscriptions."""
