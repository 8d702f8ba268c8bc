"""Items as plain Python, and the few rules that every read and write keeps."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from botocore.exceptions import ClientError

from service.problems import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Value: TypeAlias = str | int | bool | bytes | frozenset[str] | tuple[int, ...]
Item: TypeAlias = dict[str, Value]

# Two writes to one item at one instant: the later one is simply tried again.
_CONTENDED_TRIES: Final = 4


class ConditionFailedError(Exception):
    """A conditional write found something else than it asked for.

    Attributes:
        failed: positions of the writes whose conditions did not hold.
        found: the items that they met, by position, of the writes that ask for them.
    """

    def __init__(self, *, failed: tuple[int, ...], found: Mapping[int, Item]) -> None:
        super().__init__("condition failed")
        self.failed = failed
        self.found = found

    @property
    def absent(self) -> tuple[int, ...]:
        """Those that met no item at all, among the writes that ask for it."""
        return tuple(at for at in self.failed if at not in self.found)


def to_wire(item: Mapping[str, Value]) -> dict[str, Any]:
    """Write an item as DynamoDB's own types."""
    return {name: _value_to_wire(value) for name, value in item.items()}


def from_wire(item: Mapping[str, Any]) -> Item:
    """Read an item from DynamoDB's own types."""
    return {name: _value_from_wire(value) for name, value in item.items()}


def is_live(item: Mapping[str, Value], *, now: float) -> bool:
    """Tell whether an item still counts: deletion by TTL may lag by days."""
    expires_at = item.get("expires_at")
    return expires_at is None or int(expires_at) > now  # type: ignore[arg-type]


def is_condition_failure(error: ClientError) -> bool:
    """Tell whether a write failed on its condition and nothing else."""
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def held(write: Callable[[], object]) -> bool:
    """Do one conditional write, and tell whether its condition held; any other failure is the caller's."""
    try:
        write()
    except ClientError as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def transact(client: "DynamoDBClient", writes: "Iterable[TransactWriteItemTypeDef]") -> None:
    """Write all or nothing.

    Args:
        client: the DynamoDB client.
        writes: the writes, each on another item.

    Raises:
        ConditionFailedError: when a condition did not hold; it says which.
        Unavailable: when others kept writing to the same items.
    """
    listed = list(writes)
    for _ in range(_CONTENDED_TRIES):
        try:
            client.transact_write_items(TransactItems=listed)
        except client.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [])
            codes = [reason.get("Code") for reason in reasons]
            failed = tuple(at for at, code in enumerate(codes) if code == "ConditionalCheckFailed")
            if failed:
                met = {at: reasons[at].get("Item") for at in failed}
                found = {at: from_wire(item) for at, item in met.items() if item}
                raise ConditionFailedError(failed=failed, found=found) from None
            if "TransactionConflict" not in codes:
                raise
        else:
            return
    raise Unavailable


def _value_to_wire(value: Value) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case frozenset():
            return {"SS": sorted(value)}
        case tuple():
            return {"L": [{"N": str(number)} for number in value]}


def _value_from_wire(value: Mapping[str, Any]) -> Value:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "B" | "BOOL":
            return content  # type: ignore[no-any-return]
        case "N":
            return int(content)
        case "SS":
            return frozenset(content)
        case "L":
            return tuple(int(number["N"]) for number in content)
    raise TypeError(f"nothing here is written as {kind}")
