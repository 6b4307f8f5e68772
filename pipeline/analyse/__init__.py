"""ANALYSE: from figures in one vocabulary to a protected statistic."""
