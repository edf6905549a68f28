"""The touch screen. It draws immutable views and reports what a finger did; every decision is made elsewhere."""
