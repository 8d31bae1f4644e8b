"""Which versions of what computed a result."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("tsloss", "torch", "transformers", "numpy", "scipy", "numba", "gudhi")


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that results depend on, by name.

    A package that is not installed is left out.
    """
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
