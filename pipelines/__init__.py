"""Work in order: from plan to shot."""

if __name__ == "pipelines":
    raise ImportError("import fashion_models.pipelines: a bare 'pipelines' would load a second copy")
