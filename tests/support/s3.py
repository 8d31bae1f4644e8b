"""A server that speaks S3's protocol and keeps its objects in a folder.

`localbucket` checks no signatures; everything else about a request is real.
"""

import re
import subprocess
import sys
from pathlib import Path

import httpx

from tests.support.polling import wait_for
from tests.support.serving import free_port

BUCKET = "bucket"


class S3Server:
    """One process of `localbucket` with one bucket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / BUCKET
        self.url = f"http://127.0.0.1:{free_port()}"
        self.environment = {
            "AWS_ENDPOINT_URL": self.url, "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        }  # fmt: skip
        self._log = folder / "s3.log"
        self.folder.mkdir(parents=True)
        self.start()

    def start(self) -> None:
        """Start it, or start it again."""
        command = [sys.executable, "-m", "localbucket", str(self.folder.parent)]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--port", self.url.rsplit(":", 1)[1]], stdout=output, stderr=output
            )
        wait_for(self._answers, "the S3 server")

    def stop(self) -> None:
        """End it; what it holds stays."""
        self._process.terminate()
        self._process.wait(20)

    def requests(self, method: str) -> list[str]:
        """The paths, in order, that were asked for by a method."""
        return re.findall(rf'"{method} (\S+) HTTP', self._log.read_text("utf-8"))

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False
