"""Bring the synthesised template, and the assets it refers to, to the local cloud."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.errors import LocalError
from local.mend import mend

if TYPE_CHECKING:
    from local.assembly import Assembly

# Any version will do: the template asks for at least 6, and there is no bootstrap stack here.
BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
BOOTSTRAP_VERSION = "30"

# infra declares them, because only the front server knows its port.
SITE_PARAMETER = "SiteOrigin"
API_PARAMETER = "ApiOrigin"

DEPLOY_TIMEOUT_S = 120.0
POLL_S = 0.05


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What stands in the local cloud after a deployment."""

    outputs: Mapping[str, str]
    physical: Mapping[str, str]
    """Logical id to physical id, of every resource."""
    types: Mapping[str, str]
    """Logical id to resource type, of every resource."""

    def ids(self, resource_type: str) -> tuple[str, ...]:
        """Return the physical ids of all resources of one type, in the order of their logical ids."""
        return tuple(self.physical[name] for name in sorted(self.types) if self.types[name] == resource_type)


def deploy(*, cloud: LocalCloud, assembly: "Assembly", origin: str, site_origin: str) -> Deployed:
    """Create or update the stack and return when it stands.

    Args:
        cloud: The running local cloud.
        assembly: What infra synthesised for the local environment.
        origin: Where the browser will find the API, for example `http://localhost:5173`.
        site_origin: Where it will find the site: the same, unless another server has the pages.

    Raises:
        LocalError: a resource failed; the message holds the reason the cloud gave.
    """
    cloud.client("ssm").put_parameter(
        Name=BOOTSTRAP_PARAMETER, Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )
    template_url = _upload(cloud=cloud, assembly=assembly)
    _apply(
        cloud=cloud,
        name=assembly.stack_name,
        template_url=template_url,
        parameters={SITE_PARAMETER: site_origin, API_PARAMETER: origin},
    )
    deployed = _describe(cloud=cloud, name=assembly.stack_name)
    mend(cloud=cloud, resources=assembly.resources(), physical=deployed.physical)
    return deployed


def _upload(*, cloud: LocalCloud, assembly: "Assembly") -> str:
    template_url = ""
    s3 = cloud.client("s3")
    buckets = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for asset in assembly.assets():
        if asset.bucket not in buckets:
            s3.create_bucket(Bucket=asset.bucket)
            buckets.add(asset.bucket)
        # The key is a hash of the content, so what is there is right.
        if not _exists(s3, asset.bucket, asset.key):
            s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=asset.content())
        if asset.is_template:
            template_url = f"{cloud.endpoint}/{asset.bucket}/{asset.key}"
    return template_url


def _exists(s3: Any, bucket: str, key: str) -> bool:  # noqa: ANN401 - a boto3 client
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def _apply(*, cloud: LocalCloud, name: str, template_url: str, parameters: Mapping[str, str]) -> None:
    cloudformation = cloud.client("cloudformation")
    request = {
        "StackName": name,
        "TemplateURL": template_url,  # as text, a template may have 51,200 bytes only
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    try:
        if _status(cloudformation, name) is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" in str(error):
            return
        raise LocalError(f"The local cloud refused the template: {error}") from error
    deadline = time.monotonic() + DEPLOY_TIMEOUT_S
    while time.monotonic() < deadline:
        status = _status(cloudformation, name) or "gone"
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return
        if not status.endswith("_IN_PROGRESS"):
            raise LocalError(f"The deployment ended as {status}:\n{_reasons(cloudformation, name)}")
        time.sleep(POLL_S)
    raise LocalError(f"The deployment took longer than {DEPLOY_TIMEOUT_S:.0f} s.")


def _status(cloudformation: Any, name: str) -> str | None:  # noqa: ANN401 - a boto3 client
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError:
        return None


def _reasons(cloudformation: Any, name: str) -> str:  # noqa: ANN401 - a boto3 client
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    )


def _describe(*, cloud: LocalCloud, name: str) -> Deployed:
    cloudformation = cloud.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return Deployed(
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        physical={one["LogicalResourceId"]: one["PhysicalResourceId"] for one in resources},
        types={one["LogicalResourceId"]: one["ResourceType"] for one in resources},
    )
