"""Every KPI defined once, and the one way to ask for it."""
