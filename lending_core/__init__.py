"""The lending core: everything a screen, a notebook, a command or an API could use."""
