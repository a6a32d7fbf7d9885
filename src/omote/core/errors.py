"""What can go wrong for a user, each as one line: what, where, what to do. Never printed here."""

from pathlib import Path


class OmoteError(Exception):
    """A fault the user can mend.

    Args:
        what: what is wrong, without a full stop.
        where: the file, folder or setting it is about.
        do: what the user can do about it.
    """

    def __init__(self, what: str, where: str | Path | None = None, do: str | None = None) -> None:
        self.what, self.where, self.do = what, where, do
        super().__init__(what, where, do)

    def __str__(self) -> str:
        place = "" if self.where is None else f": {self.where}"
        line = f"{self.what}{place}" + ("" if self.do is None else f" ({self.do})")
        # One line, whatever a damaged file or another library has put into it.
        return "".join(letter if letter.isprintable() else " " for letter in line)


class MediaError(OmoteError):
    """A picture, video or folder of pictures cannot be read or written."""


class AlignmentsError(OmoteError):
    """An alignments file or a face picture's record cannot be used."""


class ModelError(OmoteError):
    """A model folder cannot be used, or is of another model."""


class SettingError(OmoteError):
    """A setting has an unknown name or a value out of range."""


class Stopped(Exception):  # noqa: N818 - not an error
    """Someone asked a stage to stop before it was done. What is done is kept, and the same command goes on."""
