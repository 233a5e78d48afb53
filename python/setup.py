# SPDX-License-Identifier: Apache-2.0
"""Builds the package: finds or builds the library (build_library.py), and generates the declarations of its functions from
the public headers, so that they cannot differ from it."""
import sys
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

sys.path.insert(0, str(Path(__file__).resolve().parent))
import build_library  # noqa: E402
import headers  # noqa: E402


class BuildPackage(build_py):
    """Adds library and declarations to the built package; the sources stay as they are."""

    def run(self):
        super().run()
        package = Path(self.build_lib) / "clptycho"
        library = build_library.find()
        headers.write_declarations(library.include, package / "_declarations.py")
        build_library.install(library, package)


class TagWheel(bdist_wheel):
    """The library depends on the platform, and nothing on the version of Python."""

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


class PlatformDistribution(Distribution):
    def has_ext_modules(self):
        return True


setup(
    version=headers.version(build_library.include_of()),
    distclass=PlatformDistribution,
    cmdclass={"build_py": BuildPackage, "bdist_wheel": TagWheel},
)
