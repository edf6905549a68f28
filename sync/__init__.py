"""What leaves this machine and what must outlive it: library systems, journal, outbox, links."""
