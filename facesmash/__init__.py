"""What a person keeps from here, checked without here: exports and receipts, with the published keys.

This room imports nothing of the others, and needs nothing but Python and joserfc: whoever has these
files can check for as long as there is a Python.
"""
