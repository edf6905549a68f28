"""The staff's pages of the built-in library: plain pages and forms, no script, served by its own desk."""
