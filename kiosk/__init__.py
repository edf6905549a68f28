"""The kiosk itself: what is true (domain), what happens (events), what is asked for (effects), what is seen (views),
who decides (flows), what the world must offer (ports) and what ties them together (app)."""
