"""From the equations to a plan with a proof: compile once, re-solve warm, cut, branch, price."""
