"""One module a command of ``sotarsa``."""
