"""The master-descriptor attack: what one optimised capture set opens (benchmarks/master_descriptor.py)."""
