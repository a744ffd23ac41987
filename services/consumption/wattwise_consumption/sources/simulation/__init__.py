"""A simulated neighbourhood: homes whose details drive their load, in a year of simulated weather."""

from .source import SimulationSource

__all__ = ["SimulationSource"]
