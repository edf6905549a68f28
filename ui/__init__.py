"""What people see and hear: the touch screen, the words, and later the staff's pages. Nothing here decides."""
