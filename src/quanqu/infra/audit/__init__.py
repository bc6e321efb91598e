"""The audit trail: who changed what, with before and after."""
