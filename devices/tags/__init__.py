"""What is written on library tags: bytes <-> values. No reader, no clock, no thread in here."""
