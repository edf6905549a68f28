"""What the ABIS must still be told: kept in order, asked about first, never sent blind, never dropped."""
