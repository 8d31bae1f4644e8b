"""What commands take where nothing else is given."""

from pathlib import Path

DATA_DIR = Path("data")
"""The folder of the embedded servers, and of the key that they wrote."""

MODEL_ID = "smollm2-135m-instruct"
"""The bundled model; written here too, as importing its module loads torch."""
