"""What a developer's machine runs: `./run` and what it calls. Standard library only, since it runs before anything is
installed; nothing here is part of the kiosk."""
