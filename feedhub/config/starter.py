"""The configuration that a new instance starts from: the complete, commented one that is shipped."""

import shutil
from pathlib import Path

_PACKED = Path(__file__).parents[1] / "starter"
_CHECKOUT = Path(__file__).parents[2] / "config"
_NOT_FOR_A_START = ("deploy",)


def write(target: Path) -> int:
    """Copy it to `target`, which must not hold anything yet. Returns the number of files.

    Raises FileExistsError when something is there, OSError when it cannot be written.
    """
    if target.exists() and any(target.iterdir()):
        raise FileExistsError(target)
    # A wheel carries the folder inside the package; a checkout has it beside.
    shipped = _PACKED if _PACKED.is_dir() else _CHECKOUT
    ignored = shutil.ignore_patterns(*_NOT_FOR_A_START)
    shutil.copytree(
        shipped, target, ignore=ignored, copy_function=shutil.copyfile, dirs_exist_ok=True
    )
    return sum(path.is_file() for path in target.rglob("*"))
