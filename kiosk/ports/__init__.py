"""What the world must offer. Each port is small; a connector or driver says which it can."""
