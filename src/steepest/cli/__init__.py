"""The command line: options in, public functions called, answers printed. No logic of its own."""
