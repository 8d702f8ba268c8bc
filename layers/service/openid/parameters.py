"""Parameters as OAuth sends them: `application/x-www-form-urlencoded`, each at most once."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MAX_PARAMETERS: Final = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameters:
    """What was sent.

    Attributes:
        values: the parameters that came once and with a value; RFC 6749, section 3.1, has one without a value
            be one that was not sent.
        repeated: names of those that came more often, which makes a request invalid.
        readable: whether it was such a form at all.
    """

    values: dict[str, str] = field(repr=False)
    repeated: frozenset[str] = frozenset()
    readable: bool = True

    def get(self, name: str) -> str | None:
        """Give the value of a parameter that came exactly once."""
        return self.values.get(name)


def read_parameters(form: str) -> Parameters:
    """Read a query or the body of a form; what is none is not readable, and no error."""
    try:
        pairs = parse_qsl(
            form, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        return Parameters(values={}, readable=False)
    seen: dict[str, str] = {}
    repeated = set()
    for name, value in pairs:
        if name in seen:
            repeated.add(name)
        seen[name] = value
    once = {name: value for name, value in seen.items() if value and name not in repeated}
    return Parameters(values=once, repeated=frozenset(repeated))


def with_parameters(uri: str, **parameters: str | None) -> str:
    """Add parameters to the query that a redirect URI may have already (RFC 6749, section 3.1.2)."""
    parts = urlsplit(uri)
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit(parts._replace(query=query))
