"""The procedural photo studio behind the sample garments."""
