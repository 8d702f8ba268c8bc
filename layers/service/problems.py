"""What can go wrong, by name: one exception for each documented problem, one table of what it means.

The table is the wire's (RFC 9457): docs/problems.md and the OpenAPI document are generated from it.
"""

from service.problem import Meaning, Problem


class RequestInvalid(Problem):
    """The request is not what the OpenAPI document describes."""

    meaning = Meaning(
        slug="request-invalid",
        status=400,
        title="The request is not valid",
        detail="Compare it with the OpenAPI document; `errors` names the fields.",
    )


class RequestTooLarge(Problem):
    """The body is over the limit."""

    meaning = Meaning(
        slug="request-too-large",
        status=413,
        title="The request is too large",
        detail="A body has at most 48 KB. Send fewer frames.",
    )


class UnsupportedMediaType(Problem):
    """The body is not JSON."""

    meaning = Meaning(
        slug="unsupported-media-type",
        status=415,
        title="The body is not JSON",
        detail="Send Content-Type: application/json.",
    )


class NotFound(Problem):
    """There is no such thing."""

    meaning = Meaning(
        slug="not-found",
        status=404,
        title="There is no such thing",
        detail="It was never here, or it is gone.",
    )


class MethodNotAllowed(Problem):
    """The path exists, the method does not."""

    meaning = Meaning(
        slug="method-not-allowed",
        status=405,
        title="That is not done here",
        detail="The path exists, but not with this method.",
    )


class AuthenticationFailed(Problem):
    """A sign-in was refused. Which check refused it is nobody's business."""

    meaning = Meaning(
        slug="authentication-failed",
        status=401,
        title="Sign-in was refused",
        detail="Try again, or use another way in.",
        challenge='DPoP algs="ES256"',
    )


class TokenInvalid(Problem):
    """The access token does not hold here and now."""

    meaning = Meaning(
        slug="token-invalid",
        status=401,
        title="The access token is not valid",
        detail="Sign in again.",
        challenge='DPoP error="invalid_token", algs="ES256"',
    )


class ProofInvalid(Problem):
    """The DPoP proof does not hold for this request."""

    meaning = Meaning(
        slug="proof-invalid",
        status=401,
        title="The device's proof is not valid",
        detail="Send a new DPoP proof, made for exactly this request; check the device's clock.",
        challenge='DPoP error="invalid_dpop_proof", algs="ES256"',
    )


class ChallengeInvalid(Problem):
    """The challenge is unknown, used, expired, or meant for something else."""

    meaning = Meaning(
        slug="challenge-invalid",
        status=401,
        title="The challenge is not valid",
        detail="Ask for a new challenge: each is used once, within 120 seconds, by the device that asked.",
        challenge='DPoP error="use_dpop_nonce", algs="ES256"',
    )


class StepUpRequired(Problem):
    """The session is genuine but too old for this."""

    meaning = Meaning(
        slug="step-up-required",
        status=401,
        title="Sign in again for this",
        detail="This needs a sign-in of the last five minutes.",
        challenge='DPoP error="insufficient_user_authentication", max_age=300, algs="ES256"',
    )


class CodeInvalid(Problem):
    """The code is wrong, expired, or was never sent."""

    meaning = Meaning(
        slug="code-invalid",
        status=401,
        title="The code is not valid",
        detail="Check the code, or ask for a new one.",
        challenge='DPoP algs="ES256"',
    )


class CodeExhausted(Problem):
    """The code has been tried too often."""

    meaning = Meaning(
        slug="code-exhausted",
        status=401,
        title="The code was tried too often",
        detail="Ask for a new code.",
        challenge='DPoP algs="ES256"',
    )


class LinkInvalid(Problem):
    """The link of a notice does not hold; whose it was, or is, is not said."""

    meaning = Meaning(
        slug="link-invalid",
        status=401,
        title="This link does not work",
        detail="It is incomplete, older than 30 days, or from before the account was last lifted.",
        challenge='DPoP algs="ES256"',
    )


class MailboxTokenInvalid(Problem):
    """The mailbox was not proved, or not lately, or not by this device."""

    meaning = Meaning(
        slug="mailbox-token-invalid",
        status=401,
        title="The mailbox is not proved",
        detail="Confirm a code with this device first; the proof lasts 15 minutes.",
        challenge='DPoP algs="ES256"',
    )


class ConsentRequired(Problem):
    """There is no consent."""

    meaning = Meaning(
        slug="consent-required",
        status=422,
        title="Consent is needed",
        detail="Face sign-in is kept only for people who agreed to it.",
    )


class ConsentOutdated(Problem):
    """Consent was given to a text that is not the current one."""

    meaning = Meaning(
        slug="consent-outdated",
        status=409,
        title="The consent text has changed",
        detail="Show the current policy and ask again.",
    )


class AlreadyEnrolled(Problem):
    """The address has an account."""

    meaning = Meaning(
        slug="already-enrolled",
        status=409,
        title="This address is enrolled",
        detail="Sign in instead.",
    )


class CaptureRefused(Problem):
    """The captures cannot become templates. The person is entitled to know why."""

    meaning = Meaning(
        slug="capture-refused",
        status=422,
        title="The captures cannot be used",
        detail="`errors` says why. Take new ones.",
    )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, one word each."""
        return tuple(error.reason for error in self.errors)


class PasskeyRefused(Problem):
    """What the authenticator says of a new passkey does not hold."""

    meaning = Meaning(
        slug="passkey-refused",
        status=422,
        title="The passkey cannot be used",
        detail="It must be made on this site, for this challenge, by somebody the device has verified.",
    )


class Conflict(Problem):
    """Something else changed the same thing at the same time."""

    meaning = Meaning(
        slug="conflict",
        status=409,
        title="Something else happened first",
        detail="Read the current state and try again.",
    )


class LastTemplate(Problem):
    """Without its last anchor an account has no face to sign in with: what was learned stands on it."""

    meaning = Meaning(
        slug="last-template",
        status=409,
        title="This is the last template made at enrolment",
        detail="Delete the account, or withdraw consent, to remove every template.",
    )


class AddressUnchanged(Problem):
    """The account has the address that it is to get."""

    meaning = Meaning(
        slug="address-unchanged",
        status=409,
        title="The account has this address already",
        detail="Name another one.",
    )


class DeviceTooNew(Problem):
    """Whoever has just become known here must not take the account elsewhere."""

    meaning = Meaning(
        slug="device-too-new",
        status=403,
        title="This device is too new for this",
        detail="Use a device that the account has known for three days.",
    )


class FaceSignInPaused(Problem):
    """What its owner has paused is compared with nothing, not with their own new face either."""

    meaning = Meaning(
        slug="face-sign-in-paused",
        status=409,
        title="Face sign-in is paused",
        detail="Resume it first.",
    )


class NotOffered(Problem):
    """This deployment gives nobody the choice."""

    meaning = Meaning(
        slug="not-offered",
        status=403,
        title="This is not offered here",
        detail="Whoever runs this service does not offer the choice. Nothing was changed.",
    )


class AuthorizationRequestInvalid(Problem):
    """An application's request that nobody can be sent back to."""

    meaning = Meaning(
        slug="authorization-request-invalid",
        status=400,
        title="The application's request is not valid",
        detail="It names no application that is registered here, or not its address. Tell whoever runs it.",
    )


class TooManyRequests(Problem):
    """A budget is spent."""

    meaning = Meaning(
        slug="too-many-requests",
        status=429,
        title="Too many requests",
        detail="Wait, then try again.",
        retry_after_s=60,
    )


class Unavailable(Problem):
    """A part we need does not answer."""

    meaning = Meaning(
        slug="unavailable",
        status=503,
        title="Not available right now",
        detail="Nothing was changed, or the same request completes it. Try again.",
        retry_after_s=2,
    )


class Internal(Problem):
    """Our mistake."""

    meaning = Meaning(
        slug="internal",
        status=500,
        title="Something went wrong here",
        detail="It was noted. Try again later.",
    )


def every_problem() -> tuple[type[Problem], ...]:
    """Give every problem, in the order of this file."""
    return tuple(Problem.__subclasses__())
