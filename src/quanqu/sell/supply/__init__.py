"""sell.supply: what is bought, from whom, at which cost, and what came of it."""
