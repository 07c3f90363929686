"""Running the program as its users do: as a process."""

import subprocess
import sys
from pathlib import Path


def feedhub(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end; what it printed and its exit code."""
    line = [sys.executable, "-m", "feedhub", "--config", str(config), *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=100, check=False)
