"""What a doctor writes: findings, and the letter that holds them."""

from textwrap import fill
from typing import NamedTuple


class Finding(NamedTuple):
    """A fault, where it is, the numbers that show it, and what to do.

    layer: a layer's name, several with commas, or "" where the fault is of the whole.

    >>> import layerwise as lw
    >>> lw.diagnostics.Finding("dead ReLUs", "3", "all units are 0", "start biases at 0").fault
    'dead ReLUs'
    """

    fault: str
    layer: str
    evidence: str
    remedy: str


class Letter(list[Finding]):
    """The findings, the likely cause first. Printed, they read as a letter.

    >>> import layerwise as lw
    >>> found = lw.diagnostics.Finding("dead ReLUs", "3", "all units are 0", "start biases at 0")
    >>> lw.diagnostics.Letter([found])
    1. Dead ReLUs (layer 3)
       Seen: all units are 0.
       Try: start biases at 0.
    """

    def __repr__(self) -> str:
        if not self:
            return "Nothing found: what was recorded is what healthy training looks like."
        return "\n".join(paragraph(number, finding) for number, finding in enumerate(self, 1))


def paragraph(number: int, finding: Finding) -> str:
    layers = "layers" if "," in finding.layer else "layer"
    where = f" ({layers} {finding.layer})" if finding.layer else ""
    parts = (f"Seen: {finding.evidence}.", f"Try: {finding.remedy}.")
    body = (fill(part, 100, initial_indent="   ", subsequent_indent="   ") for part in parts)
    return "\n".join([f"{number}. {finding.fault[0].upper()}{finding.fault[1:]}{where}", *body])
