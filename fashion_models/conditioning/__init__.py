"""Conditioning pictures drawn from the exact maps."""
