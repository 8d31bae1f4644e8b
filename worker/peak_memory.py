"""The most memory in use between two moments."""

import re
from pathlib import Path

import psutil
import torch

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"


def start_peak(device: torch.device) -> int:
    """Return the bytes in use at this moment, from which the peak is counted."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        return torch.cuda.memory_allocated(device)
    _CLEAR.write_text(_RESET_PEAK)
    used: int = psutil.Process().memory_info().rss
    return used


def peak_memory(device: torch.device) -> int:
    """Return the most bytes in use since `start_peak`: the process's, or the card's."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    kibibytes = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
    if kibibytes is None:
        raise RuntimeError(f"{_STATUS} does not tell the peak of the memory")
    return 1024 * int(kibibytes[1])
