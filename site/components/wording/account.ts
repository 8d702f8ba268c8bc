import type { AccountSession, AccountSignIn, AccountTemplate, MailTrouble } from "../../sdk";
import { count, day, listed, moment } from "./format";
import type { Words } from "./words";

/** One measured property of a template, ready to read. */
export interface QualityLine {
  readonly name: string;
  readonly value: string;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const QUALITY: Readonly<Record<string, { name: string; value: (number: number) => string }>> = {
  detection_score: { name: "Certainty that it is a face", value: percent },
  inter_ocular_px: { name: "Distance between the eyes", value: (px) => count(Math.round(px), "pixel") },
  roll_deg: { name: "Tilt of the head", value: (degrees) => `${Math.round(Math.abs(degrees))}°` },
  residual_roll_deg: {
    name: "Tilt left after straightening",
    value: (degrees) => `${Math.round(Math.abs(degrees))}°`,
  },
  nose_offset_iod: {
    name: "Place of the nose",
    value: (share) => `nose ${Math.round(Math.abs(share) * 100)} % off the middle`,
  },
  yaw_deg: { name: "Turn of the head, estimated", value: (degrees) => `${Math.round(degrees)}°` },
  pitch_deg: { name: "Nod of the head, estimated", value: (degrees) => `${Math.round(degrees)}°` },
  luminance_mean: { name: "Brightness", value: (level) => `${Math.round(level)} of 255` },
  luminance_sd: { name: "Contrast", value: (level) => `${Math.round(level)} of 255` },
  under_exposed: { name: "Too dark to see", value: percent },
  over_exposed: { name: "Too bright to see", value: percent },
  uniformity: { name: "Evenness of the light", value: percent },
  sharpness: { name: "Sharpness", value: (level) => String(Math.round(level)) },
  eyes_open: { name: "Eyes open, estimated", value: percent },
  faces_in_view: { name: "Faces in view", value: (number) => String(number) },
};

/** The quality of a template in words. What a newer server measures is shown under its own name, never hidden. */
export function qualityLines(quality: Readonly<Record<string, number>>): readonly QualityLine[] {
  return Object.entries(quality).map(([key, number]) => {
    const known = QUALITY[key];
    return known === undefined
      ? { name: key.replaceAll("_", " "), value: String(number) }
      : { name: known.name, value: known.value(number) };
  });
}

const KINDS: Readonly<Record<string, string>> = {
  anchor: "Made when you enrolled",
  adaptive: "Learned later",
};

export function templateKind(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** How many later sign-ins a learned template must have been like before it counts; the server decides. */
const NEEDED_SIGN_INS = 2;

/** What becomes of a template, in a line; nothing to say of one made in enrolling. */
export function templateLife(template: AccountTemplate): string {
  const { state, corroborations, expiresAt } = template;
  if (expiresAt === null) return "";
  const until = `Forgotten on ${day(expiresAt)}.`;
  if (state === "active") return `In use. ${until}`;
  const missing = Math.max(1, NEEDED_SIGN_INS - (corroborations ?? 0));
  const waits = missing === 1 ? "one more sign-in like it, on" : `${missing} more sign-ins like it, each on`;
  return `Not in use yet: it waits for ${waits} another day. ${until}`;
}

/** How often later sign-ins bore a learned template out; nothing to say of one made when you enrolled. */
export function confirmations({ corroborations, corroboratedAt }: AccountTemplate): string {
  if (corroborations === null) return "";
  const last = corroboratedAt === null ? "" : `, last on ${moment(corroboratedAt)}`;
  return corroborations === 0 ? "Not yet" : `${count(corroborations, "time")}${last}`;
}

/** Which sign-in a template was learned from, where the log still has it; nothing to say of one made at enrolment. */
export function learnedFrom({ sourceSignIn }: AccountTemplate, signIns: readonly AccountSignIn[]): string {
  if (sourceSignIn === null) return "";
  const entry = signIns.find(({ id }) => id === sourceSignIn);
  return entry === undefined
    ? "A sign-in that is not in the list below"
    : `The sign-in of ${moment(entry.at)}`;
}

/** When something was learned, newest first; nothing to say where nothing was. */
export function learnedWords(learnedAt: readonly Date[]): string {
  const [last, ...before] = [...learnedAt]
    .sort((one, other) => other.getTime() - one.getTime())
    .map((at) => moment(at));
  if (last === undefined) return "";
  const earlier = before.length === 0 ? "" : `; before that on ${listed(before)}`;
  return `Last learned on ${last}${earlier}. These times are kept for as long as the policy says, also of what is gone again.`;
}

/** How often the account was frozen: what counts is those that were lifted. */
export function freezeWords(freezes: number): string {
  if (freezes === 0) return "Never";
  return freezes === 1 ? "Once, and lifted again" : `${count(freezes, "time")}, and lifted again each time`;
}

const MEANS: Readonly<Record<AccountSession["means"], string>> = {
  face: "Signed in by face",
  otp: "Signed in by a code from the mailbox",
  passkey: "Signed in by a passkey",
  "synced-passkey": "Signed in by a passkey",
  recovery: "Signed in with a recovery code",
};

export function meansWords(means: AccountSession["means"]): string {
  return MEANS[means];
}

/** What was done in a session, as a line of the log and as the beginning of a sentence. The server's own names. */
const DEEDS: Readonly<Record<string, string>> = {
  "recovery-codes-made": "Recovery codes were made",
  "passkey-added": "A passkey was added",
  "passkey-removed": "A passkey was removed",
  "device-removed": "A device was removed",
  "device-renamed": "A device was renamed",
  "face-enrolled": "A face was enrolled",
  "template-removed": "A face template was removed",
  "learned-forgotten": "What was learned was forgotten",
  "learning-refused": "Learning was refused, and what was learned forgotten",
  "learning-allowed": "Learning was allowed again",
  "log-shortened": "A shorter log was asked for",
  "log-lengthened": "The full log was asked for again",
  "face-sign-in-paused": "Face sign-in was paused",
  "face-sign-in-resumed": "Face sign-in was resumed",
  "consent-given": "A new consent text was agreed to",
  "address-changed": "The address was changed",
  "application-allowed": "An application was allowed to know you",
  "application-withdrawn": "An application was no longer allowed to know you",
};

export function deedWords(reason: string): string {
  return DEEDS[reason] ?? capitalised(reason);
}

const OUTCOMES: Readonly<Record<string, string>> = {
  accepted: "Signed in",
  refused: "Refused",
};

export function outcomeWords(outcome: string): string {
  return OUTCOMES[outcome] ?? capitalised(outcome);
}

/** What of an entry that let somebody in is no look at the camera. */
const WITHOUT_FACE: Readonly<Record<string, string>> = {
  "mailbox-code": "A mailbox code",
  "recovery-code": "A recovery code",
  passkey: "A passkey",
};

/** What let somebody in without a face, as the beginning of a sentence; `null` for a face and for what let nobody in. */
export function letInWithoutFace({
  outcome,
  reason,
}: {
  readonly outcome: string;
  readonly reason: string;
}): string | null {
  return outcome === "accepted" ? (WITHOUT_FACE[reason] ?? null) : null;
}

const REASONS: Readonly<Record<string, string>> = {
  "not-matched": "the face did not fit",
  "conditions-unusable": "the pictures were too poor to compare",
  "no-reference": "no face template that can be compared",
  "captures-disagree": "the pictures did not show one and the same face",
  "captures-identical": "all pictures were the same",
  "descriptor-implausible": "what was sent did not come from a face",
  "evidence-malformed": "what was sent was not complete",
  "wrong-pipeline": "the page was out of date",
  "template-replayed": "what was sent was a copy of a stored template, not a look at the camera",
  "another-face": "somebody who was signed in wanted to enrol a face, and it was not recognised as yours",
  "not-live": "what the camera saw did not move like a living face",
  "not-followed": "the steps were not followed as they were shown",
  "recovery-code": "with a recovery code",
  "too-many-devices": "too many devices already",
  "mailbox-code": "by a code from the mailbox, without a face",
  passkey: "with a passkey, without a face",
  "passkey-copied": "the passkey answered as if there were two of it",
};

/** Why a sign-in was refused, for the owner's eyes only: whoever was refused is told nothing. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll(/[-_]/g, " ");
}

/** What the owner reads above a log that does not hold together any more. */
export const BROKEN_LOG: Words = {
  title: "This list is not complete",
  text: "Every sign-in is tied to the one before it, and that no longer fits: an entry was taken away or changed behind the service’s back. What is left is shown. Ask whoever runs this service what happened, and download your data to keep a copy.",
};

/** What the owner reads where mails to their address come back, and how long that is so at the most. */
export function mailTroubleWords({ why, until }: MailTrouble): Words {
  const { title, text } = MAIL_TROUBLE[why];
  return {
    title,
    text: `${text} Otherwise it lasts until ${moment(until)}; then notices are tried again.`,
  };
}

const MAIL_TROUBLE: Readonly<Record<MailTrouble["why"], Words>> = {
  bounced: {
    title: "Mails to your address come back",
    text: "Your mailbox did not take our last mail, so you are not told of new devices and changes. If the address is right, use a mailbox code to sign in: that ends this. If not, change your address below.",
  },
  complained: {
    title: "You get no notices from us",
    text: "A mail of ours was reported as unwanted, so you are not told of new devices and changes. To have notices again, use a mailbox code to sign in, and tell your mail program that our mails are wanted.",
  },
};

/** What is not held, said as plainly as what is. */
const NOT_HELD: readonly string[] = [
  "Pictures or video. They never leave your device.",
  "How your face moved while you signed in. It is judged and dropped at once.",
  "A password. There is none.",
  "How close a look came to a template.",
  "Anything that compares your face with other people’s accounts.",
];

const PLACE_NOT_HELD = "Your IP address, or where you are.";
const MORE_THAN_COUNTRY_NOT_HELD =
  "Your IP address. Of where you are, only the country of each sign-in, for as long as the list of these goes back.";

/** What is not held of this account: where a deployment learns countries, it says so. */
export function notHeldOf(signIns: readonly { readonly place: string | null }[]): readonly string[] {
  const places = signIns.some(({ place }) => place !== null);
  return [...NOT_HELD, places ? MORE_THAN_COUNTRY_NOT_HELD : PLACE_NOT_HELD];
}

const COUNTRIES = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

/** A country's name; what is none in this browser's list stays the code that it is. */
export function placeWords(place: string): string {
  return COUNTRIES.of(place) ?? place;
}

const LANGUAGES = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

export function languageWords(language: string): string {
  return LANGUAGES.of(language) ?? language;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`.replaceAll(/[-_]/g, " ");
}
