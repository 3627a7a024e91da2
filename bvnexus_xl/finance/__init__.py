"""Money: one home for each price and each cost function; Phase 1, Phase 2 and the pro forma use the same."""
