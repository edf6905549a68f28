"""One folder per driver. Drivers know nothing of each other."""
