"""A driver in a process of its own: ``python -m support.drive OUT JOB OPTIONS``."""

from __future__ import annotations

import json
import sys

if __name__ == "__main__":
    out, job, given = sys.argv[1:]
    options = json.loads(given)
    engine = options.pop("engine", "local")
    if engine == "ray":
        from fashion_models.pipelines.catalogue.cluster import run_ray

        sys.stdout.write(f"{run_ray(out, job, **options)}\n")
    else:
        from fashion_models.pipelines.catalogue.local import run_local

        sys.stdout.write(f"{run_local(out, job, **options)}\n")
