"""Export."""

import base64
import time

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.export import ceremony
from functions.export.models import AskedFormat
from functions.export.operations import ANSWERS, EXPORT_ACCOUNT
from service.deployment import this_deployment
from service.held_log import Before
from service.http import api, entry, request_of

app = api()


@app.get("/v1/account/export", responses=ANSWERS, **EXPORT_ACCOUNT)
def export_account(form: AskedFormat = "json", before: Before = None) -> Response[str]:
    """Give everything that is held to a person who signed in just now; descriptors only if it was by face.

    The file is signed, and its owner is told by mail that it was taken.
    """
    request, deployment = request_of(app), this_deployment()
    taken = ceremony.take(request, form=form, before=before, deployment=deployment, now=time.time())
    is_text = taken.media_type == "application/json"
    answer = Response(
        status_code=200,
        content_type=taken.media_type,
        headers={"Content-Disposition": f'attachment; filename="{taken.name}"'},
        body=taken.content.decode() if is_text else base64.b64encode(taken.content).decode(),
    )
    # API Gateway makes bytes of it for whoever accepts this type alone (binary_media_types in infra/api.py).
    answer.base64_encoded = not is_text
    return answer


handle = entry(app)
