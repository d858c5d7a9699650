"""Which values of a field are wanted and which are not, as addresses and REST name them: `planned,in_progress` or `-shipped`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values that are wanted, any of them, and those that are not."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Chosen:
        """Read values separated by commas; a minus stands before one that is not wanted."""
        values = list(dict.fromkeys(each for each in text.split(",") if each.removeprefix("-")))
        wanted = tuple(each for each in values if not each.startswith("-"))
        return cls(wanted, tuple(each.removeprefix("-") for each in values if each.startswith("-")))

    def keeps(self, values: Collection[str]) -> bool:
        """Say whether something of these values is wanted."""
        return (not self.wanted or any(each in values for each in self.wanted)) and not any(
            each in values for each in self.unwanted
        )

    def turned(self) -> Chosen:
        """Return the opposite: what was wanted is not, and the other way round."""
        return Chosen(self.unwanted, self.wanted)

    def toggled(self, value: str) -> Chosen:
        """Return this with a value taken out, or added: as one that is not wanted where all others are such."""
        wanted, unwanted = (tuple(each for each in values if each != value) for values in (self.wanted, self.unwanted))
        if (wanted, unwanted) != (self.wanted, self.unwanted):
            return Chosen(wanted, unwanted)
        return Chosen(wanted, (*unwanted, value)) if unwanted and not wanted else Chosen((*wanted, value), unwanted)

    def __str__(self) -> str:
        return ",".join([*self.wanted, *(f"-{each}" for each in self.unwanted)])
