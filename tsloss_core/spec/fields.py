"""Fields that several settings have."""

from typing import Annotated

from pydantic import Field, StringConstraints

FileId = Annotated[str, StringConstraints(pattern=r"^file-[A-Za-z0-9]{1,58}$")]
CheckpointId = Annotated[str, StringConstraints(pattern=r"^ftckpt-[A-Za-z0-9]{1,57}$")]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
