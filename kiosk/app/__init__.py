"""What ties the house together: the runtime that steps the flows and performs their effects, the station made of
drivers, connector, journal and screen, what happens after a power cut, and the command line."""
