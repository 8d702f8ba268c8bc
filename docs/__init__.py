"""What integrators, operators and privacy officers read; part of it is generated from the code."""
