"""Answers: plans run on the lake within the actor's scope, and made into figures."""
