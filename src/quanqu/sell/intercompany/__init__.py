"""What companies of the group owe each other for goods: priced, mirrored, settled."""
