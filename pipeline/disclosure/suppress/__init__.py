"""Cell suppression: which figures are hidden, and the only way from `statistics` to `output`.

protect          every cell with its status, and the tables that are released
blocks           linked tables of a year as one protection problem
problem          such a problem: primary cells, costs, insiders, what earlier editions published
suppression      its suppression pattern: primary and secondary cells
reduction        what an attacker does not know beforehand     neighbourhoods  a large block cut into parts
table_changes    the solver: tables an attacker cannot rule out
feasible_tables  such tables, and where they fall short of a protection requirement
search           which secondary cells to hide                 proof           the requirements by plain arithmetic
intervals        feasibility intervals, by an attack of its own
"""

from pipeline.disclosure.suppress.intervals import feasibility_intervals
from pipeline.disclosure.suppress.problem import Problem, Status
from pipeline.disclosure.suppress.protect import READ, output_tables, suppress_cells
from pipeline.disclosure.suppress.suppression import suppression_pattern

__all__ = [
    "READ",
    "Problem",
    "Status",
    "feasibility_intervals",
    "output_tables",
    "suppress_cells",
    "suppression_pattern",
]
