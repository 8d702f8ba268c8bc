"""The alarm that a template has left the store."""

from aws_lambda_powertools import Logger

from service.metrics import count

logger = Logger()


def raise_leak_alarm() -> None:
    """Say that somebody sends what only the store, or an export, holds; neither to whom nor by whom."""
    logger.error("template_replayed")
    count("TemplateReplayed")
