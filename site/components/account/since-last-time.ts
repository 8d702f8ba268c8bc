import type { Account, AccountDevice, AccountSignIn, Session } from "../../sdk";
import { deedWords, letInWithoutFace } from "../wording/account";
import { moment } from "../wording/format";
import type { Words } from "../wording/words";

/** What has come since the person last signed in on this device, if anything: they may not read their mail. */
export function sinceLastTime(account: Account, session: Session): Words | null {
  const last = lastTime(account, session);
  if (last === null) return null;
  const devices = account.devices.filter(({ current, createdAt }) => !current && createdAt > last);
  const known = new Set(account.devices.map(({ id }) => id));
  const here = account.devices.find(({ current }) => current)?.id;
  const since = account.signIns.filter(({ at }) => at > last);
  const strangers = since.filter(({ device }) => !known.has(device));
  const deeds = since.filter(({ outcome, device }) => outcome === "done" && device !== here);
  const news = [...devices.map(deviceWords), ...strangers.flatMap(entryWords), ...deeds.map(doneWords)];
  if (news.length === 0) return null;
  return { title: "New since you last signed in here", text: [...news, WHAT_TO_DO].join(" ") };
}

/** When the person signed in here before this session; `null` where this device is not one of the account's. */
function lastTime(account: Account, session: Session): Date | null {
  const device = account.devices.find(({ current }) => current);
  if (device === undefined) return null;
  const visits = account.signIns
    .filter((signIn) => signIn.device === device.id && signIn.outcome === "accepted")
    .map(({ at }) => at)
    // The entry of this session's own beginning, and of whatever came on this device while it lasts.
    .filter((at) => at < session.authTime)
    .sort((one, other) => other.getTime() - one.getTime());
  return visits[0] ?? device.createdAt;
}

function deviceWords({ name, createdAt }: AccountDevice): string {
  return `A device called “${name}” was added: ${moment(createdAt)}.`;
}

function entryWords(signIn: AccountSignIn): string[] {
  const what = letInWithoutFace(signIn);
  if (what === null) return [];
  return [`${what} let somebody in on a device that is not on your list: ${moment(signIn.at)}.`];
}

function doneWords({ at, reason }: AccountSignIn): string {
  return `${deedWords(reason)} on another device: ${moment(at)}.`;
}

const WHAT_TO_DO = "If that was not you, undo it below, sign out everywhere, and look after your mailbox.";
