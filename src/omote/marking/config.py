"""Settings of marking."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from omote.core.config import Config


class MarkConfig(Config):
    """How what is made says that it is made."""

    on: bool = Field(True, description="mark what is made: signed manifest, metadata and an invisible watermark")
    label: bool = Field(False, description='write a small visible note, "face replaced", into a corner')
    certificate: Path | None = Field(
        None,
        description="PEM file with your signing certificate and those above it; without: one made on this computer",
    )
    key: Path | None = Field(None, description="PEM file with the certificate's private key")

    @model_validator(mode="after")
    def _goes_together(self) -> MarkConfig:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("a certificate and its key go together: name both or neither")
        return self
