import type { Account, AccountDevice, AccountSession, Session } from "../../sdk";
import { day } from "../wording/format";
import type { Words } from "../wording/words";

/** What has come since the person last signed in on this device, if anything: they may not read their mail. */
export function sinceLastTime(account: Account, session: Session): Words | null {
  const last = lastTime(account, session);
  if (last === null) return null;
  const devices = account.devices.filter(({ current, createdAt }) => !current && createdAt > last);
  const known = new Set(account.devices.map(({ id }) => id));
  const byMail = account.sessions.filter(
    ({ current, createdAt, device }) => !current && !known.has(device) && createdAt > last,
  );
  if (devices.length === 0 && byMail.length === 0) return null;
  return {
    title: "New since you last signed in here",
    text: [...devices.map(deviceWords), ...byMail.map(sessionWords), WHAT_TO_DO].join(" "),
  };
}

/** When the person signed in here before this session; `null` where this device is not one of the account's. */
function lastTime(account: Account, session: Session): Date | null {
  const device = account.devices.find(({ current }) => current);
  if (device === undefined) return null;
  const visits = account.signIns
    .filter((signIn) => signIn.device === device.id && signIn.outcome === "accepted")
    .map(({ at }) => at)
    .sort((one, other) => other.getTime() - one.getTime());
  // A session that a face began has left the newest entry itself; one of a code has left none.
  return visits[session.amr.includes("face") ? 1 : 0] ?? device.createdAt;
}

function deviceWords({ name, createdAt }: AccountDevice): string {
  return `A device called “${name}” was added on ${day(createdAt)}.`;
}

function sessionWords({ createdAt }: AccountSession): string {
  return `Somebody came in with a mailbox code on ${day(createdAt)}, on a device that is not on your list.`;
}

const WHAT_TO_DO = "If that was not you, remove it below, sign out everywhere, and look after your mailbox.";
