"""Poses: the library, the skeleton and its inverse kinematics."""
