"""Measurements that the project keeps: `python -m benchmarks`."""
