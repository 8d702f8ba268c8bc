"""A living face before the camera, doing now what it was asked: judged from evidence, never told."""
