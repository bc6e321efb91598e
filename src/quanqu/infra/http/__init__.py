"""HTTP as every door speaks it: problems, request ids, paging, idempotency, limits, health."""
