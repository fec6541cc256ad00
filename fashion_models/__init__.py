"""One garment photo in, measured on-model shots out."""

__version__ = "0.1.0"
