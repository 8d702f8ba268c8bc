"""What SES publishes of a mail, in the shapes that its documentation records, as SNS hands it on.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
"""

import json
from typing import Any

from tests.support.cloud import SENDER


def bounce(address: str, *, kind: str = "Permanent", subtype: str = "General") -> dict[str, Any]:
    return {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": subtype,
            "bouncedRecipients": [
                {
                    "emailAddress": address,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
            ],
            "timestamp": "2026-11-26T00:41:02.669Z",
            "feedbackId": "0100-feedback-000000",
            "reportingMTA": "dsn; mta.example.com",
        },
        "mail": _mail(address),
    }


def complaint(address: str) -> dict[str, Any]:
    return {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": address}],
            "timestamp": "2026-11-26T00:41:02.669Z",
            "feedbackId": "0100-feedback-000000",
            "userAgent": "Amazon SES Mailbox Simulator",
            "complaintFeedbackType": "abuse",
            "arrivalDate": "2026-11-26T00:41:02.669Z",
        },
        "mail": _mail(address),
    }


def delivery(address: str) -> dict[str, Any]:
    return {
        "eventType": "Delivery",
        "mail": _mail(address),
        "delivery": {"timestamp": "2026-11-26T00:41:02.669Z", "recipients": [address]},
    }


def by_sns(*events: dict[str, Any] | str) -> dict[str, Any]:
    """Make the event of Lambda; a text is what SES says that is no event."""
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": "arn:aws:sns:eu-central-1:123456789012:Topic:1",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": "1",
                    "TopicArn": "arn:aws:sns:eu-central-1:123456789012:Topic",
                    "Subject": "Amazon SES Email Event Notification",
                    "Message": text,
                },
            }
            for text in texts
        ]
    }


def _mail(address: str) -> dict[str, Any]:
    return {
        "timestamp": "2026-11-26T00:40:02.012Z",
        "source": f"Example <{SENDER}>",
        "sendingAccountId": "123456789012",
        "messageId": "0100-message-000000",
        "destination": [address],
        "headersTruncated": False,
        "headers": [{"name": "To", "value": address}, {"name": "Subject", "value": "Example: your code"}],
        "commonHeaders": {"from": [SENDER], "to": [address], "subject": "Example: your code"},
        "tags": {"ses:configuration-set": ["ConfigurationSet"]},
    }
