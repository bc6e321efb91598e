"""What is read of sourcing: places and their offers, versions in force, decisions."""
