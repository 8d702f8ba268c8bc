"""What the recognition benchmarks share: data, comparisons, error rates, the first product's rules, plots."""
