"""Two operators at their machines, somebody who is none, and the files between them."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from operators.erasure import main
from service.notices import OBJECTION_S
from service.settings import Settings
from tests.support import clock
from tests.support.transport import InProcess

ISSUER = InProcess.origin
# Whose address they type, unless it is said.
ADDRESS = "ada.lovelace@example.org"


@dataclass
class Office:
    """Where they sit."""

    folder: Path

    def __post_init__(self) -> None:
        keys = {name: ECKey.generate_key("P-256") for name in ("grace", "alan", "eve")}
        for name, key in keys.items():
            (self.folder / f"{name}.pem").write_bytes(key.as_pem(private=True))
        public = {"keys": [keys[name].as_dict(private=False) for name in ("grace", "alan")]}
        (self.folder / "operators.json").write_text(json.dumps(public), encoding="utf-8")
        names = {name.upper() for name in Settings.model_fields} | {"AWS_REGION"}
        variables = {name: value for name, value in os.environ.items() if name in names}
        (self.folder / "settings.json").write_text(json.dumps(variables), encoding="utf-8")

    @property
    def paper(self) -> Path:
        return self.folder / "request.json"

    @property
    def receipt(self) -> Path:
        return self.folder / "receipt.json"

    def ask(
        self, by: str = "grace", *, ticket: str = "letter-7", confirmed: bool = False, **options: str
    ) -> int:
        extra = [part for name, value in options.items() for part in (f"--{name}", value)]
        extra += ["--owner-confirmed"] if confirmed else []
        return self._run("ask", *self._key(by), "--ticket", ticket, *extra, hidden=lambda _: ADDRESS)

    def approve(self, by: str = "alan", *, typed: Callable[[str], str] | None = None) -> int:
        options = (*self._key(by), "--operators", str(self.folder / "operators.json"))
        return self._run("approve", *options, typed=typed or what_is_asked_for)

    def wait(self) -> int:
        """Let the three days pass in which the owner may say no."""
        clock.advance(OBJECTION_S)
        return 0

    def carry_out(self, *, typed: Callable[[str], str]) -> int:
        options = ("--operators", str(self.folder / "operators.json"), "--receipt", str(self.receipt))
        return self._run("carry-out", *options, typed=typed)

    def _key(self, name: str) -> tuple[str, str]:
        return "--key", str(self.folder / f"{name}.pem")

    def _run(self, command: str, *options: str, **asked: Callable[[str], str]) -> int:
        common = ("--settings", str(self.folder / "settings.json"), "--issuer", ISSUER)
        given: Any = {"typed": nobody, "hidden": nobody} | asked
        return main([command, str(self.paper), *common, *options], **given)


def nobody(_: str) -> str:
    """Stand where nothing is to be asked."""
    raise AssertionError("nothing is to be asked")


def what_is_asked_for(prompt: str) -> str:
    """Type what the prompt asks for between quotes."""
    return prompt.split("'")[1]
