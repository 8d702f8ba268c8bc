"""The form of an answer: what can be told from it by whoever does not look at what it says."""

from typing import Any


def form_of(content: Any) -> Any:  # noqa: ANN401 -- JSON
    """Say of what JSON is made, and how long each text in it is; of a script, its steps."""
    if isinstance(content, dict):
        return {name: form_of(value) for name, value in content.items()}
    if isinstance(content, list):
        return [form_of(one) for one in content]
    return len(content) if isinstance(content, str) else type(content).__name__
