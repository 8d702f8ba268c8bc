"""Records of processing (GDPR, article 30), and who else processes."""

from docs.papers.running import NO_ADVICE, Deployment, table
from docs.papers.services import BESIDE, SERVICES


def page(deployment: Deployment) -> str:
    """Write the records of processing of a controller."""
    settings = deployment.settings
    kinds = table(
        ("kind of data", "sort", "purpose", "ground", "erased", "ends sooner by"),
        (
            (entry.kind, entry.category, entry.purpose, entry.ground, entry.period, entry.ended_by)
            for entry in deployment.policy.retention
        ),
    )
    return f"""\
# Records of processing activities

GDPR, article 30(1), for one activity: face sign-in.

{NO_ADVICE}

- **Controller** (a): {settings.controller_name}, {settings.controller_contact}; [representative], [data protection
  officer].
- **Purposes** (b): to let people sign in to {settings.product_name} without a password; below for each kind of data.
- **People** (c): those who register. Of others: whoever is before a known device's camera, judged in memory and
  dropped; whoever types an address that is not theirs, of which a keyed digest is counted.
- **Recipients** (d): the processor and its services in [sub-processors.md](sub-processors.md). Applications that a person
  lets know them, each by that person's own act. Nobody else.
- **Transfers to third countries** (e): none by the software: all of it lies in the region that it is deployed to, but
  for the site's public files (CloudFront). [Who else of yours has access, and from where.]
- **Time limits** (f): the columns *erased* and *ends sooner by*. What has reached its end is neither shown nor used from that
  second on, and leaves the tables within a few days.
- **Security** (g): [data-map.md](data-map.md) names what seals each field; [the threat model](../threat-model.md) names threat,
  measure and test.

{kinds}
"""


def sub_processors() -> str:
    """Write who else processes: the services that the template really has."""
    services = table(
        ("service", "what of people passes it", "what stays there"),
        sorted([*SERVICES.values(), *BESIDE.values()]),
    )
    return f"""\
# Sub-processors

GDPR, article 28.

{NO_ADVICE}

Amazon Web Services, in the deployer's own account, under the deployer's own contract with it (its data processing
addendum is part of its service terms). These are the services that the synthesised template has resources of, and the
two that work beside them; `tests/infra/test_services.py` fails when the template has another. There is no other
sub-processor, no analytics, no font, script or model from elsewhere.

{services}

SES may keep addresses that bounced in the account's own suppression list, outside this software's reach: whoever
erases a person looks there too (`aws sesv2 delete-suppressed-destination`).
"""
