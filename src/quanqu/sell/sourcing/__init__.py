"""Where an order ships from: profiles, the solver, promises, and the hold that follows."""
