import { questions } from "../../components/account/questions";
import type { Question } from "../../components/confirm-dialog";
import type { AgreedDetail } from "../../components/consent/consent-form";
import { suggestDeviceName } from "../../components/wording/device-name";
import type {
  Account,
  AccountDevice,
  AccountGrant,
  AccountPasskey,
  AccountTemplate,
  FaceSignIn,
  FaceSmash,
  Learning,
  LogKept,
} from "../../sdk";

/** What a change is made through: the page asks, makes it, and tells what is held then. */
export interface ChangeHost {
  faceSmash: FaceSmash;
  /** Whether the person says yes. */
  agreed: (question: Question) => Promise<boolean>;
  /** What a device shall be called; null when it is to stay as it is. */
  named: (device: AccountDevice) => Promise<string | null>;
  /** Makes a change and says `done`. */
  change: (make: (signal: AbortSignal) => Promise<void>, done: string) => Promise<void>;
}

/** The changes after which the session goes on as before: each is asked about where it destroys something. */
export class Changes {
  constructor(readonly host: ChangeHost) {}

  async agree(agreed: AgreedDetail): Promise<void> {
    await this.host.change(
      async (signal) => this.host.faceSmash.agree({ ...agreed, signal }),
      `You agreed to version ${agreed.policy.version}. What you agreed to before stays on record.`,
    );
  }

  async setFaceSignIn(wanted: FaceSignIn): Promise<void> {
    await this.host.change(
      async (signal) => this.host.faceSmash.setFaceSignIn(wanted, { signal }),
      wanted === "paused"
        ? "Face sign-in is paused. A code from your mailbox still lets you in."
        : "Face sign-in is active again.",
    );
  }

  async removeTemplate(template: AccountTemplate, name: string): Promise<void> {
    if (!(await this.host.agreed(questions.template(name)))) return;
    await this.host.change(
      async (signal) => this.host.faceSmash.removeTemplate(template.id, { signal }),
      `${name} is destroyed.`,
    );
  }

  async forgetLearned(account: Account): Promise<void> {
    if (!(await this.host.agreed(questions.learned(account)))) return;
    await this.host.change(
      async (signal) => this.host.faceSmash.forgetLearned({ signal }),
      "What was learned is destroyed.",
    );
  }

  async setLearning(account: Account, learning: Learning): Promise<void> {
    if (learning === "refused" && !(await this.host.agreed(questions.learning(account)))) return;
    await this.host.change(
      async (signal) => this.host.faceSmash.setLearning(learning, { signal }),
      learning === "refused"
        ? "Nothing is learned from your sign-ins any more."
        : "Your account may learn from good sign-ins again.",
    );
  }

  async keepLog({ leastSignInLogDays: days }: Account, kept: LogKept): Promise<void> {
    if (kept === "least" && days !== null && !(await this.host.agreed(questions.leastLog(days)))) return;
    await this.host.change(
      async (signal) => this.host.faceSmash.setSignInLog(kept, { signal }),
      kept === "least"
        ? "New records of your log are kept for less time. Those of before stay for as long as they were to."
        : "New records of your log are kept for the full time again.",
    );
  }

  async renameDevice(device: AccountDevice): Promise<void> {
    const name = await this.host.named(device);
    if (name === null) return;
    await this.host.change(
      async (signal) => this.host.faceSmash.renameDevice(device.id, name, { signal }),
      `${device.name} is called ${name} now.`,
    );
  }

  async addPasskey(account: Account): Promise<void> {
    const name = passkeyName(account);
    await this.host.change(
      async (signal) => this.host.faceSmash.addPasskey({ name, signal }),
      `${name} is added. The sign-in page takes it from now on.`,
    );
  }

  async removePasskey(passkey: AccountPasskey): Promise<void> {
    if (!(await this.host.agreed(questions.passkey(passkey)))) return;
    await this.host.change(
      async (signal) => this.host.faceSmash.removePasskey(passkey.id, { signal }),
      `${passkey.name} is removed.`,
    );
  }

  async withdrawGrant({ client, name }: AccountGrant): Promise<void> {
    await this.host.change(
      async (signal) => this.host.faceSmash.withdrawGrant(client, { signal }),
      `${name} may learn nothing any more.`,
    );
  }
}

/** A name that the list does not have yet: where it was made, and its number. */
function passkeyName({ passkeys }: Account): string {
  const names = new Set(passkeys.map(({ name }) => name));
  for (let number = passkeys.length + 1; ; number += 1) {
    const name = `Passkey ${number} of ${suggestDeviceName(navigator.userAgent)}`;
    if (!names.has(name)) return name;
  }
}
