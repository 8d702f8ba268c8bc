import { html, nothing, type TemplateResult } from "lit";

import type { FaceSignIn } from "../../sdk";
import { action } from "./action";

export interface AccountActions {
  readonly download: (format: "json" | "zip") => void;
  readonly setFaceSignIn: (state: FaceSignIn) => void;
  readonly enrolFace: () => void;
  readonly changeAddress: () => void;
  readonly withdraw: () => void;
  readonly erase: () => void;
}

/** What the person can do with all of it, each with what it means. */
export function accountActions(
  { status, hasFace, byFace, busy }: { status: FaceSignIn; hasFace: boolean; byFace: boolean; busy: boolean },
  actions: AccountActions,
): TemplateResult {
  return html`
    <section class="card stack" aria-label="What you can do">
      <h2>What you can do</h2>
      ${action(
        "Download my data",
        hasFace ? downloadMeaning(byFace) : DOWNLOAD_WITHOUT_FACE,
        () => {
          actions.download("json");
        },
        { busy },
      )}
      ${action(
        "Download as tables",
        "The same file with tables for a spreadsheet and a page that explains every field, as a ZIP archive.",
        () => {
          actions.download("zip");
        },
        { busy },
      )}
      ${hasFace ? faceAction(status, actions, busy) : nothing}
      ${hasFace ? action("Enrol my face anew", ANEW, actions.enrolFace, { busy }) : action("Set up face sign-in", SET_UP, actions.enrolFace, { busy })}
      ${action("Change my address", addressMeaning({ hasFace, byFace }), actions.changeAddress, { busy })}
      ${hasFace ? action("Withdraw consent", "Everything is deleted at once, as if you had deleted your account.", actions.withdraw, { busy, destroys: true }) : nothing}
      ${action("Delete my account", "Everything is deleted at once, and what backups hold of your face, address and sign-ins can no longer be read.", actions.erase, { busy, destroys: true })}
    </section>
  `;
}

function faceAction(status: FaceSignIn, actions: AccountActions, busy: boolean): TemplateResult {
  return status === "paused"
    ? action(
        "Resume face sign-in",
        "Your face signs you in again.",
        () => {
          actions.setFaceSignIn("active");
        },
        { busy },
      )
    : action(
        "Pause face sign-in",
        "Your face is not compared until you resume. A mailbox code still lets you in.",
        () => {
          actions.setFaceSignIn("paused");
        },
        { busy },
      );
}

const ANEW =
  "New pictures replace every face template you have, what was learned as well. Good after a change of looks or camera, while your face still lets you in.";

const SET_UP = "Your face then signs you in on devices that the account knows. You are asked to agree first.";

const DOWNLOAD_WITHOUT_FACE = "Everything that is held, as one JSON file, signed by the service.";

/** What the file holds: without a face it says itself that the templates are withheld, and how to have them. */
function downloadMeaning(byFace: boolean): string {
  return byFace
    ? "Everything that is held, as one JSON file, signed by the service. It holds your face templates: keep it safe."
    : "Everything that is held, as one JSON file, signed by the service, but your face templates: sign in with your face to have them too.";
}

/** The mailbox alone moves no account that has a face; who came in by it is told before they type anything. */
function addressMeaning({ hasFace, byFace }: { hasFace: boolean; byFace: boolean }): string {
  return byFace || !hasFace
    ? "Codes and notices go to another mailbox. It takes a code from the old one and one from the new."
    : "Codes and notices go to another mailbox. For this, sign in with your face: the mailbox alone is not enough.";
}
