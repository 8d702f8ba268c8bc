"""What is asked of an operator: after a breach, by BIPA's public policy, by whoever registers."""

from collections.abc import Iterable

from docs.papers.running import NO_ADVICE, Deployment, table
from service.notices import WITHOUT_LINK
from service.patience import DAY_S
from service.register.entries import BACKUP_DAYS, Entry
from service.register.places import PLACES
from service.settings import INACTIVITY_NOTICE_DAYS

_THREE_YEARS_S = 3 * 365 * DAY_S


def breach_runbook(deployment: Deployment) -> str:
    """Write what to do when data got away."""
    readable = table(
        ("rows", "readable without any key", "what that tells"),
        (
            (
                f"`{place.row}`",
                ", ".join(f"`{name}`" for name, one in place.attributes.items() if one.seal == "none") or "-",
                place.named_by,
            )
            for place in PLACES
            if place.table == "Accounts"
        ),
    )
    without_link = ", ".join(f"`{notice}`" for notice in sorted(WITHOUT_LINK))
    return f"""\
# When data got away

GDPR, articles 33 and 34: the supervisory authority hears of it within 72 hours of your knowing, people without delay
where the risk to them is high.

{NO_ADVICE}

1. **Note the time.** The 72 hours run from when somebody here knew.
2. **Stop it.** Credentials of people or roles: revoke in IAM. The whole service:
   `aws lambda put-function-concurrency --reserved-concurrent-executions 0` for each function. One account: its owner's link
   in a notice freezes it. All notices have one but
   {without_link}:
   after these nothing is left to freeze. The token key: `signing_key_generation` + 2 ([openid.md](../openid.md)). The key of
   exports and receipts: `statement_key_generation` + 1, and `oldest_statement_key_generation` the same
   ([export.md](../export.md)).
3. **Keep the evidence.** CloudTrail (who used a key, for which account's number), CloudWatch Logs before their
   {deployment.settings.log_retention_days} days are over, DynamoDB's recovery point. Change nothing in the tables.
4. **Say what it was**, by the table below. A copy of Accounts alone opens no descriptor, address, name, consent or log. Accounts
   and Keys together open nothing without KMS. Descriptors in the clear need the data key's `kms:Decrypt` with the account's
   number: CloudTrail shows each such call for 90 days. From the log an owner checks whether entries were taken away
   ([sign-in-log.md](../sign-in-log.md)); the alarms `TemplateReplayed…` and `SignInLogBroken…` mean exactly this page.
5. **Judge the risk.** Descriptors in the clear are high: a face is not changed like a password. Then end them: people
   register anew, or their accounts are deleted ([erasure-on-request.md](../erasure-on-request.md)).
6. **Tell the authority**: what happened, how many people and records about, whom to ask, what follows, what was done.
   [Authority, form, who signs.]
7. **Tell people** in plain words, by the addresses of their accounts, unless what got away is unreadable (34(3)(a)).
   [Text.] State laws on breaches have their own terms: [counsel].
8. **Write it down**, also when nobody had to be told (33(5)).

## What a copy of the table tells

{readable}

Public keys and digests of secrets let nobody in. Random numbers link an account's rows to one another and to no name.
"""


def bipa_policy(deployment: Deployment) -> str:
    """Write the public policy that BIPA, section 15(a), asks for."""
    settings = deployment.settings
    biometric = [entry for entry in deployment.policy.retention if entry.category == "biometric"]
    unused = settings.unused_account_days
    ended = (
        "**[Not met as configured: set `unused_account_days`, 1095 at most. Until then nothing ends the data of somebody who "
        "does not come back within three years.]**"
        if unused is None or unused * DAY_S > _THREE_YEARS_S
        else f"Whoever does not sign in for {unused - INACTIVITY_NOTICE_DAYS} days is told by mail, and after {unused} days "
        "all of it is deleted: sooner than the three years that section 15(a) allows."
    )
    return f"""\
# Policy on biometric data

For publication, as the Biometric Information Privacy Act (740 ILCS 14/15(a)) asks.

{NO_ADVICE}

{settings.controller_name} lets people sign in to {settings.product_name} with their face.

**What is collected.** No picture is collected: it stays on the person's device. Kept are:

{_schedule(biometric)}

**Purpose.** To recognise the person when they sign in. Nothing else.

**Written release.** Before the camera opens, the person is told in writing that biometric data is collected and stored, for
what and for how long, and agrees by an act of their own; the server refuses to register anybody without it (15(b)).

**When it is destroyed.** When the purpose is satisfied: at once when the person withdraws their consent or deletes the
account, or after the periods above. {ended} Destroying means destroying the key under which the data is encrypted,
and the data itself; backups, which leave within {BACKUP_DAYS} days, hold nothing that a key opens.

**Nobody profits from it, and it is not disclosed.** It is not sold, leased, traded, or given to anybody (15(c), (d)). AWS
stores it encrypted on behalf of {settings.controller_name}.

**How it is protected.** Encrypted under a key of each person's own, in transit by TLS 1.3, opened in memory for the
moment of a sign-in (15(e)).

**Whom to ask.** {settings.controller_contact}
"""


def privacy_notice(deployment: Deployment) -> str:
    """Write what whoever registers is told (GDPR, article 13)."""
    settings = deployment.settings
    grounds = dict.fromkeys(entry.ground for entry in deployment.policy.retention)
    parts = "\n\n".join(
        f"### On the ground of {ground}\n\n"
        + _schedule([entry for entry in deployment.policy.retention if entry.ground == ground])
        for ground in grounds
    )
    return f"""\
# Privacy notice

GDPR, article 13.

{NO_ADVICE}

The consent text (version {settings.policy_version}) is at `GET /v1/policies/current` and is
shown before the camera opens; this notice says the same from the same register, by grounds.

**Who is responsible.** {settings.controller_name}, {settings.controller_contact}. [Data protection officer.]

**What for.** To let you sign in to {settings.product_name}. Pictures of you stay on your device.

**Who gets it.** Nobody but the processor that runs the machines: Amazon Web Services
([services](sub-processors.md)), in [region]. Applications that you let know you learn what you agreed to.

**What is kept, and for how long.** What has reached its end is shown to nobody and used for nothing from that second on. It
leaves the database within a few days, and its backups within {BACKUP_DAYS} days more.

{parts}

**Your rights.** To see all of it and take it away; to have it put right; to pause face sign-in; to have forgotten what was
learned; to withdraw your consent and delete the account, at once, with a signed receipt; each on your dashboard. You may
object to what rests on an interest, and complain to [supervisory authority].

**Must you?** No. A code by e-mail or a passkey lets you in without a face.

**Decisions by machine.** Whether a look is yours is decided by a machine. It decides that you get in, and nothing else about
you; whoever is refused uses another way in.
"""


def _schedule(entries: Iterable[Entry]) -> str:
    return table(
        ("what", "what for", "how long", "ends sooner by"),
        ((entry.kind, entry.purpose, entry.period, entry.ended_by) for entry in entries),
    )
