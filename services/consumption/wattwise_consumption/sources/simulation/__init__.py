"""A simulated neighbourhood: homes whose details drive their load, in a year of simulated weather."""

from .source import SimulationSource

SOURCE = SimulationSource
__all__ = ["SOURCE", "SimulationSource"]
