"""The shell around every page: navigation, scope, period, search, jobs."""
