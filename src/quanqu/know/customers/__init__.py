"""Who the customers are: identifiers, One ID as evidence, profile, presence and tags."""
