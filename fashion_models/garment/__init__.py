"""Segmentation, outline, landmarks, size, pattern and texture of a garment."""
