import { html, type TemplateResult } from "lit";

import { jsonFile, saveFile } from "../../components/save-file";
import { moment } from "../../components/wording/format";
import type { Receipt } from "../../sdk";
import { ROUTES } from "../router";

const NAMES: Readonly<Record<keyof Receipt["destroyed"], string>> = {
  templates: "Face templates",
  devices: "Devices",
  passkeys: "Passkeys",
  consents: "Consent records",
  signIns: "Sign-in records",
  keys: "Encryption keys",
};

/** What was destroyed, and how anybody can check that the service said so. */
export function receiptView(receipt: Receipt, keysUrl: string): TemplateResult {
  const save = (): void => {
    saveFile(receiptFile(receipt), `facesmash-receipt-${receipt.reference}.json`);
  };
  return html`
    <div class="column stack stack--loose" data-testid="receipt">
      <div class="stack stack--tight">
        <h1 tabindex="-1">Everything has been deleted</h1>
        <p class="lead">On ${moment(receipt.deletedAt)}. Your face does not sign anybody in here any more.</p>
      </div>
      <section class="card stack" aria-label="Receipt">
        <h2>Receipt</h2>
        <dl class="facts facts--wide">
          ${Object.entries(NAMES).map(
            ([key, name]) =>
              html`<div>
                <dt>${name}</dt>
                <dd>${receipt.destroyed[key as keyof Receipt["destroyed"]]}</dd>
              </div>`,
          )}
          <div>
            <dt>Reference</dt>
            <dd class="mono">${receipt.reference}</dd>
          </div>
        </dl>
        <p>
          The key that opened your data is destroyed. What was under it can be read by nobody any more, in
          backups too, the service included. A keyed index of your address, your devices’ public keys and
          times leave the backups when the privacy text says. Two digests stay, of the account’s number and of
          this device. They name nobody; they keep a restored backup from bringing the account back.
        </p>
        <p>
          The receipt is signed by the service, so it cannot deny having issued it. It does not name you: only
          you know that the reference is yours. For ten years anybody can check the signature with the public
          keys at <a class="mono" href=${keysUrl} rel="noopener">${keysUrl}</a>; the file says how.
        </p>
        <div class="choices">
          <button type="button" class="button button--primary" @click=${save}>Download the receipt</button>
          <a class="button" href=${ROUTES.home.path}>To the start</a>
        </div>
        <p class="small muted">
          Nothing here can be opened again later. Download the receipt now if you want it.
        </p>
      </section>
    </div>
  `;
}

function receiptFile(receipt: Receipt): Blob {
  return jsonFile({
    receipt: receipt.receipt,
    reference: receipt.reference,
    deleted_at: receipt.deletedAt.toISOString(),
    destroyed: receipt.destroyed,
    how_to_check:
      "The receipt is a JWS (RFC 7515, ES256). With the FaceSmash sources: python -m facesmash.receipt verify " +
      "THIS_FILE --jwks https://<service>/.well-known/receipt-keys.json. For https://<service> write the address " +
      "of the service that YOU know, not one that a file names: a forged file would name its forger's. This " +
      "explanation is not signed.",
  });
}
