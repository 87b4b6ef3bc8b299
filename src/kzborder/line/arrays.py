"""Types of arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]
#: Codes of sides: see :mod:`kzborder.line.exact`.
CodeArray = npt.NDArray[np.uint8]
#: Geometries of shapely.
ShapeArray = npt.NDArray[np.object_]
