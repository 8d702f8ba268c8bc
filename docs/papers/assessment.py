"""The draft of a data protection impact assessment (GDPR, article 35), with the figures that were measured."""

from docs.papers.figures import figures
from docs.papers.running import NO_ADVICE, Deployment, table
from service.patience import CAPS, FREE_TRIES, MOST_IN_A_ROW
from service.register.entries import BACKUP_DAYS

_RISKS = "risk to people", "what stands against it", "figure or test", "what remains for the deployer"


def page(deployment: Deployment) -> str:
    """Write the draft."""
    settings, measured = deployment.settings, figures()
    biometric = table(
        ("kind", "period", "ends sooner by"),
        (
            (entry.kind, entry.period, entry.ended_by)
            for entry in deployment.policy.retention
            if entry.category == "biometric"
        ),
    )
    tries = "; ".join(f"{cap.tries} in {cap.window_s // 86_400} days" for cap in CAPS)
    refused = ", ".join(f"`{profile}` {share}" for profile, share in measured.refused)
    unused = (
        "[Accounts that nobody uses are kept until their owners delete them: set `unused_account_days`.]"
        if settings.unused_account_days is None
        else f"An account that nobody uses is deleted after {settings.unused_account_days} days."
    )
    risks = table(
        _RISKS,
        (
            (
                "a stranger is taken for the person",
                "the device's key comes first; a bar with a fixed budget, which light and history only raise",
                f"FMR as shipped {measured.false_match}; an attacker who knows everything: {measured.attacker}",
                "uncertified, on development data: measure on your own people ([accuracy](../accuracy.md))",
            ),
            (
                "a person is refused, some groups more often than others",
                "another look, a passkey, a code by e-mail: they open all but descriptors and a change of address",
                (
                    f"FNMR of one look {measured.false_non_match}, of three {measured.false_non_match_of_three}; in noise "
                    f"FMR {measured.noisy}"
                ),
                "no group is named in the development data: measure by group, look at the worst one",
            ),
            (
                "a picture, film or mask signs in",
                (
                    "a script in two acts, twelve checks by the server; nobody tries without end: "
                    f"{FREE_TRIES} in a row, then waits; {tries}; {MOST_IN_A_ROW} in a row at most"
                ),
                f"worst species: {measured.worst_species}",
                "masks, deepfakes and virtual cameras are not stopped ([liveness](../liveness.md))",
            ),
            (
                "liveness shuts out who cannot do what it asks",
                "six ways to do it, and ways in without a face",
                f"BPCER: {refused}",
                "measured on rendered people: film your own, with disabilities among them",
            ),
            (
                "templates are stolen and used elsewhere",
                "sealed under a key of each account, which no backup holds; opened in memory for one sign-in",
                "`adapters/test_register.py::test_every_seal_is_the_one_that_is_said`",
                "whoever administers the AWS account could open them within CloudTrail's sight: name who may",
            ),
            (
                "faces are searched, sorted or watched",
                (
                    "one person is compared with themselves alone: no route and no index searches; nothing computes age, "
                    "sex, origin or mood"
                ),
                "`adapters/test_refusals.py::test_every_refusal_is_the_same_to_the_byte`",
                "do not build that on an export",
            ),
            (
                "data stays when it should be gone",
                (
                    "one transaction destroys the key; what has expired counts no more from that second on; backups hold "
                    f"what no key opens, and leave within {BACKUP_DAYS} days"
                ),
                "`adapters/test_periods.py::test_what_has_reached_its_end_is_neither_shown_nor_used`",
                unused,
            ),
            (
                "consent is not free",
                "an account without a face is offered on the same screen; saying no costs nothing",
                "`adapters/test_enrolment.py::test_without_consent_to_the_current_text_nobody_is_enrolled`",
                (
                    "offer no worse service without a face. Where there is an "
                    "imbalance, as with employees, consent may be no ground: [assess]"
                ),
            ),
            (
                "somebody learns who has an account",
                "refusals are the same bytes, not before a floor; addresses are kept as keyed digests",
                "`adapters/test_refusals.py::test_every_refusal_is_the_same_to_the_byte`",
                (
                    "timing is flattened, not proved equal: measured over 1,000 calls of each kind "
                    "([figures](../decisions/small-towns.md))"
                ),
            ),
        ),
    )
    return f"""\
# Data protection impact assessment: draft

GDPR, article 35(7).

{NO_ADVICE}

Biometric data for identification and new technology make an assessment necessary
almost always; the deployer's own has to be made of this draft, with the advice of its data protection officer
[name, date] and, where it fits, the views of the people concerned (35(9)).

## (a) What is done, and why

Face sign-in to {settings.product_name}. A browser turns a look at the camera into 128 numbers; pictures stay on the device. A
server compares them with the numbers of the one account whose device asks. Data, grounds, recipients and periods:
[records of processing](records-of-processing.md); every field: [data map](data-map.md). Of these, biometric:

{biometric}

[How many people, who they are, whether children are among them, where.]

## (b) Necessity and proportion

- **Purpose** is signing in, and nothing else; no other use is possible by any route.
- **Ground**: explicit consent (article 9(2)(a)), asked before the camera opens and enforced by the server; withdrawn as
  easily as given, at once.
- **Less would do?** A passkey or a code needs no face, and is offered beside it. [Why a face all the same.]
- **Least data**: numbers in place of pictures, keyed digests in place of addresses, no network addresses, liveness evidence
  judged in memory and dropped.
- **Exactness**: {measured.false_match} false matches and {measured.false_non_match} false non-matches of one look, as
  shipped, with 95 % intervals, on people who were not used for tuning. **Uncertified.**
- **Rights**: to see, take away, rectify, restrict, object, withdraw and erase, each on the dashboard
  ([compliance](../compliance.md)).

## (c) Risks and (d) measures

{risks}

## What the deployer decides

[Whether the risk that remains is acceptable. If it stays high: consult the supervisory authority first (article 36).
When this is looked at again: at a new version, at the latest in a year.]
"""
