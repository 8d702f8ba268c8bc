"""Who else processes: the services of the template are those that docs/compliance/sub-processors.md names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs.papers.services import SERVICES
from service.register.entries import BACKUP_DAYS

if TYPE_CHECKING:
    from tests.infra.template import Template


def test_the_services_of_the_template_are_those_that_the_paper_names(production: Template) -> None:
    kinds = {str(resource["Type"]) for resource in production.resources.values()}

    services = {"::".join(kind.split("::")[:2]) for kind in kinds if kind.startswith("AWS::")}
    assert services - {"AWS::CDK", "AWS::CloudFormation"} == set(SERVICES)
    # CDK's own uploader of the site's files, and nothing of a stranger's.
    assert {kind for kind in kinds if not kind.startswith("AWS::")} <= {"Custom::CDKBucketDeployment"}


def test_backups_are_kept_for_as_long_as_people_are_told(production: Template) -> None:
    (accounts,) = (
        resource["Properties"]["PointInTimeRecoverySpecification"]
        for resource in production.resources.values()
        if resource["Type"] == "AWS::DynamoDB::Table"
        and resource["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    )

    # 35 days is what DynamoDB does unless it is told a shorter period.
    assert accounts.get("RecoveryPeriodInDays", 35) == BACKUP_DAYS
