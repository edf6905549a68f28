"""Devices: transports, tag data models, and one folder per driver with its simulator that speaks real bytes."""
