"""WHO COMPUTES: one small interface to processes that share a pass, here or on a cluster."""
