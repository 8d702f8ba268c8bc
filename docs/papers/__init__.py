"""The operator's papers in docs/compliance, written from the register, the settings and the measured figures."""

from collections.abc import Mapping
from pathlib import Path

from docs.papers import answers, assessment, data_map, records
from docs.papers.running import production

FOLDER = Path(__file__).resolve().parents[1] / "compliance"


def papers() -> Mapping[Path, str]:
    """Give every paper with its text, as of the environment that ships."""
    deployment = production()
    texts = {
        "records-of-processing": records.page(deployment),
        "data-map": data_map.page(deployment),
        "sub-processors": records.sub_processors(),
        "dpia": assessment.page(deployment),
        "breach-runbook": answers.breach_runbook(deployment),
        "bipa-public-policy": answers.bipa_policy(deployment),
        "privacy-notice": answers.privacy_notice(deployment),
    }
    return {FOLDER / f"{name}.md": text for name, text in texts.items()}
