"""The demo: a library, its devices and a kiosk on one machine. Everything but the people is real: SIP2 over TCP, FEIG
frames and scanner lines over ptys, ESC/POS to a printer that keeps its paper."""
