"""Tier 3: a plan run through every quarter-hour of every year, by the dispatch of Phase 2; no second formulation."""
