"""What people touch: the command line."""

if __name__ == "ui":
    raise ImportError("import fashion_models.ui: a bare 'ui' would load a second copy")
