"""A living face before the camera, doing now what it was asked: judged from evidence, never told.

Nothing is imported here: what issues challenges needs ``script`` and ``profiles`` only, and no numpy.
"""
