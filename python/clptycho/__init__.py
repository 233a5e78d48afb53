# SPDX-License-Identifier: Apache-2.0
"""Ptychography on any OpenCL device, on NumPy arrays.

    solver = clptycho.Solver(counts, positions, probe, engine="lsqml", iterations=100)
    for iteration, error in solver:
        print(iteration, error)
    clptycho.pictures.object_png(solver.object)

docs/python.md in the project has more. clptycho.torch (not imported here) has differentiable functions for PyTorch."""
import logging as _logging

from clptycho import convert, pictures
from clptycho._arrays import Buffer, Positions
from clptycho._library import (ArgumentError, BuildError, Cancelled, DeviceError, Error, FileError, OpenCLError,
                               OutOfMemoryError)
from clptycho.context import Context, Device, default_context, devices, version
from clptycho.gradients import *  # noqa: F401,F403
from clptycho.learning import *  # noqa: F401,F403
from clptycho.operations import *  # noqa: F401,F403
from clptycho.quality import *  # noqa: F401,F403
from clptycho.scan import Scan
from clptycho.solver import *  # noqa: F401,F403

__version__ = version()
_logging.getLogger("clptycho").addHandler(_logging.NullHandler())
