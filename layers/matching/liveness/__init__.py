"""A living face before the camera, doing now what it was asked: judged from evidence, never told.

Nothing is imported here: what issues challenges needs ``script`` and ``profiles`` only, and no numpy.

No function asks it yet: the ceremony that brings this evidence, the benchmark that its bars and its
calibration name, and the records that say why are on their way (CHANGELOG.md).
"""
