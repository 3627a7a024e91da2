"""The equations, written once in Pyomo: one file per row family, over a ``TimeAxis``."""
