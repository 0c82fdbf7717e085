"""The command line: arguments in, calls below, results out; each command is a module that loads what it needs."""
