"""Wires: the only place that opens ports."""
