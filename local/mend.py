"""What the template says and the local cloud's CloudFormation forgets, done by its own APIs instead.

Each of the three is written down, with how it was found, in docs/decisions/local-cloud.md.
"""

from collections.abc import Mapping
from typing import Any

from local.cloud import LocalCloud

Resources = Mapping[str, Any]
"""Logical id to resource, as in the template."""
PhysicalIds = Mapping[str, str]
"""Logical id to physical id, as deployed."""


def mend(*, cloud: LocalCloud, resources: Resources, physical: PhysicalIds) -> None:
    """Bring the deployed stack to what its template says. Doing it again changes nothing."""
    _verify_senders(cloud.client("sesv2"), resources)
    _switch_expiry_on(cloud.client("dynamodb"), resources, physical)
    _attach_validators(cloud.client("apigateway"), resources, physical)


def _of_type(resources: Resources, kind: str) -> dict[str, Mapping[str, Any]]:
    return {name: one.get("Properties", {}) for name, one in resources.items() if one["Type"] == kind}


def _verify_senders(mail: Any, resources: Resources) -> None:  # noqa: ANN401 - a boto3 client
    # In an account, somebody confirms the sender's address once. Here nobody could: it is done for them.
    functions = _of_type(resources, "AWS::Lambda::Function").values()
    senders = {one.get("Environment", {}).get("Variables", {}).get("MAIL_SENDER") for one in functions}
    for sender in sorted(sender for sender in senders if sender):
        try:
            mail.create_email_identity(EmailIdentity=sender)
        except mail.exceptions.AlreadyExistsException:
            continue


def _switch_expiry_on(tables: Any, resources: Resources, physical: PhysicalIds) -> None:  # noqa: ANN401
    # TimeToLiveSpecification of a table is not carried out.
    for name, properties in _of_type(resources, "AWS::DynamoDB::Table").items():
        if "TimeToLiveSpecification" in properties:
            tables.update_time_to_live(
                TableName=physical[name], TimeToLiveSpecification=properties["TimeToLiveSpecification"]
            )


def _attach_validators(gateway: Any, resources: Resources, physical: PhysicalIds) -> None:  # noqa: ANN401
    # The gateway validates as AWS does, but a validator in a template makes none, and methods forget theirs.
    validators = {
        name: _validator(gateway, name=name, properties=properties, physical=physical)
        for name, properties in _of_type(resources, "AWS::ApiGateway::RequestValidator").items()
    }
    for properties in _of_type(resources, "AWS::ApiGateway::Method").values():
        if "RequestValidatorId" in properties:
            validator = validators[properties["RequestValidatorId"]["Ref"]]
            gateway.update_method(
                restApiId=physical[properties["RestApiId"]["Ref"]],
                resourceId=physical[properties["ResourceId"]["Ref"]],
                httpMethod=properties["HttpMethod"],
                patchOperations=[{"op": "replace", "path": "/requestValidatorId", "value": validator}],
            )


def _validator(gateway: Any, *, name: str, properties: Mapping[str, Any], physical: PhysicalIds) -> str:  # noqa: ANN401
    api_id = physical[properties["RestApiId"]["Ref"]]
    # A state that was kept brings its validators along.
    for existing in gateway.get_request_validators(restApiId=api_id)["items"]:
        if existing["name"] == name:
            return str(existing["id"])
    made = gateway.create_request_validator(
        restApiId=api_id,
        name=name,
        validateRequestBody=properties.get("ValidateRequestBody", False),
        validateRequestParameters=properties.get("ValidateRequestParameters", False),
    )
    return str(made["id"])
