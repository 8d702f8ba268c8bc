"""Read what synthesis wrote: the template, and the files it wants in the bootstrap bucket."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud import ACCOUNT, REGION
from local.errors import LocalError

# A fixed time in every zip: the same files make the same bytes, whatever the clock says.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file or folder that the template refers to by bucket and key."""

    bucket: str
    key: str
    source: Path
    zipped: bool
    is_template: bool

    def content(self) -> bytes:
        """Return the bytes to upload; a folder becomes a zip with a reproducible content."""
        if not (self.zipped and self.source.is_dir()):
            return self.source.read_bytes()
        memory = io.BytesIO()
        # Stored, not deflated: it never leaves this machine, and it is unpacked at every cold start.
        with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(self.source.rglob("*")):
                if path.is_file():
                    entry = zipfile.ZipInfo(path.relative_to(self.source).as_posix(), ZIP_EPOCH)
                    entry.external_attr = 0o644 << 16
                    archive.writestr(entry, path.read_bytes())
        return memory.getvalue()


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """One synthesised stack in a folder that `cdk synth` or `App.synth()` wrote."""

    stack_name: str
    template_file: Path
    assets_file: Path

    @classmethod
    def read(cls, folder: Path) -> "Assembly":
        """Find the one stack in the folder.

        Raises:
            LocalError: there is no synthesised stack, or more than one.
        """
        manifests = [folder / "manifest.json", *sorted(folder.glob("assembly-*/manifest.json"))]
        found = [
            cls(
                stack_name=artifact.get("properties", {}).get("stackName", name),
                template_file=manifest.parent / artifact["properties"]["templateFile"],
                assets_file=manifest.parent / f"{name}.assets.json",
            )
            for manifest in manifests
            if manifest.exists()
            for name, artifact in json.loads(manifest.read_text(encoding="utf-8"))["artifacts"].items()
            if artifact["type"] == "aws:cloudformation:stack"
        ]
        if len(found) != 1:
            names = ", ".join(one.stack_name for one in found) or "none"
            raise LocalError(
                f"Expected one synthesised stack in {folder}, found: {names}. Run: make clean run"
            )
        return found[0]

    def resources(self) -> Mapping[str, Any]:
        """Return the template's resources, by logical id."""
        template = json.loads(self.template_file.read_text(encoding="utf-8"))
        resources: Mapping[str, Any] = template["Resources"]
        return resources

    def assets(self) -> Iterator[Asset]:
        """Yield what must be in the bootstrap bucket before the stack can be deployed, the template too."""
        manifest: Mapping[str, Any] = json.loads(self.assets_file.read_text(encoding="utf-8"))
        for file in manifest["files"].values():
            source = self.assets_file.parent / file["source"]["path"]
            for destination in file["destinations"].values():
                yield Asset(
                    bucket=_concrete(destination["bucketName"]),
                    key=_concrete(destination["objectKey"]),
                    source=source,
                    zipped=file["source"]["packaging"] == "zip",
                    is_template=source == self.template_file,
                )


def _concrete(name: str) -> str:
    return (
        name.replace("${AWS::AccountId}", ACCOUNT)
        .replace("${AWS::Region}", REGION)
        .replace("${AWS::Partition}", "aws")
    )
