"""One module a command: what it takes, does and says. Each imports only what it needs, late."""
