"""P5 Bridge power: date cases, ways to have capacity for a while, the stochastic plan and its answer."""
