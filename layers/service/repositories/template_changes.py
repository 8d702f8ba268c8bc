"""What a sign-in changes of an account's templates, as writes of the transaction that records it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.repositories.items import to_wire
from service.repositories.profile_changes import ProfileChange
from service.repositories.row_items import template_item
from service.repositories.rows import Template, account_pk, template_sk

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateChanges:
    """What becomes of an account's adaptive templates. No anchor can be named here.

    Attributes:
        new: the one that is learned, quarantined.
        corroborated: as they are from now on.
        gone: ids of those that expired or make room.
        adaptive: ids of all that there are then.
        learned_at: when the account learned one, of the last 30 days; seconds since the epoch.
    """

    new: Template | None
    corroborated: tuple[Template, ...]
    gone: frozenset[str]
    adaptive: frozenset[str]
    learned_at: frozenset[int]


def profile_change(changes: TemplateChanges) -> ProfileChange:
    """Give what becomes of the profile.

    The sets are written whole: the condition on the revision, which the update carries, lets nobody else have
    written meanwhile. Two sign-ins at once can so exceed no cap.
    """
    sets = {"adaptive": changes.adaptive, "learned_at": frozenset(map(str, changes.learned_at))}
    return ProfileChange(
        sets=tuple(f"{name} = :{name}" for name, kept in sets.items() if kept),
        removes=tuple(name for name, kept in sets.items() if not kept),
        values={f":{name}": kept for name, kept in sets.items() if kept},
    )


def discards(account: str, templates: frozenset[str], *, table: str) -> "list[TransactWriteItemTypeDef]":
    """Give the deletions of templates' rows. Without a condition: TTL may have been there first."""
    return [
        {"Delete": {"TableName": table, "Key": to_wire({"pk": account_pk(account), "sk": template_sk(one)})}}
        for one in sorted(templates)
    ]


def template_writes(
    account: str, changes: TemplateChanges, *, table: str
) -> "list[TransactWriteItemTypeDef]":
    """Give the writes on the templates' own rows."""
    writes: list[TransactWriteItemTypeDef] = []
    if changes.new is not None:
        put = to_wire(template_item(account, changes.new))
        writes.append(
            {"Put": {"TableName": table, "Item": put, "ConditionExpression": "attribute_not_exists(pk)"}}
        )
    writes += [_corroborate(account, template, table=table) for template in changes.corroborated]
    return [*writes, *discards(account, changes.gone, table=table)]


def _corroborate(account: str, template: Template, *, table: str) -> "TransactWriteItemTypeDef":
    learned = template.learned
    if learned is None or learned.corroborated_at is None:
        raise ValueError("only what was learned is corroborated")
    return {
        "Update": {
            "TableName": table,
            "Key": to_wire({"pk": account_pk(account), "sk": template_sk(template.id)}),
            "UpdateExpression": "SET #state = :state, corroborations = :count, corroborated_at = :now",
            "ConditionExpression": "#state = :quarantined AND corroborations = :before AND expires_at > :now",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": to_wire(
                {
                    ":state": learned.state,
                    ":count": learned.corroborations,
                    ":before": learned.corroborations - 1,
                    ":now": learned.corroborated_at,
                    ":quarantined": "quarantined",
                }
            ),
        }
    }
