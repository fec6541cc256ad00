"""Array aliases. Shapes stand in the docstrings; here only the element types.

Conventions, used everywhere and pinned by ``tests/test_conventions.py``:

* Pictures are (H, W, 3), RGB, y down, height before width.
* ``U8`` pictures are sRGB-encoded; ``F32`` pictures are linear light unless a name says otherwise.
* Geometry is in metres, z up; the person faces −y; x points to the person's left.
* Users read and write centimetres and degrees; code computes in metres and radians.
* Colour differences are CIE ΔE2000 under D65.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
