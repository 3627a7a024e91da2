"""The problems: one record each, in a file of its own; the equations they add stand beside them.

Records are light: a solver is imported only when a problem is run.
"""

from bvnexus_xl.problems.p1 import GREENFIELD
from bvnexus_xl.problems.p2 import BROWNFIELD
from bvnexus_xl.problems.p3 import LAND_DEVELOPMENT
from bvnexus_xl.problems.p4 import GRID_SERVICES
from bvnexus_xl.problems.p5 import BRIDGE
from bvnexus_xl.problems.registry import Problem, find_problem, problem_codes, problems, register

register(GREENFIELD)
register(BROWNFIELD)
register(LAND_DEVELOPMENT)
register(GRID_SERVICES)
register(BRIDGE)

__all__ = ["Problem", "find_problem", "problem_codes", "problems", "register"]
