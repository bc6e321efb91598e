"""Pure Ibis expressions: what customers did, as features."""
