"""Presentation attack detection after ISO/IEC 30107-3: `python -m benchmarks.liveness --out REPORT.json`.

Bulk transcripts are put together from banks of what the landmark model saw of rendered people, prints and
screens (`python -m benchmarks.liveness_banks`); the browser's are read from what the e2e driver wrote.
"""
