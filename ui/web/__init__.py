"""What the pages served by a station share: the server they stand on."""
