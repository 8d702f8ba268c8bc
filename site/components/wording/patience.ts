import { duration } from "./format";

// What layers/service/patience.py has. The service never tells that it puts a try off: it would tell that it knows
// whoever tries. So this device counts for itself what it was refused.
export const FREE_TRIES = 5;
export const FIRST_WAIT_S = 30;
export const LONGEST_WAIT_S = 3600;

/**
 * What may stand in the way of the next try, in words, or null.
 *
 * @param refusals - how many there were in a row on this page. Elsewhere, and for tries that were given up, the service
 * may have counted more: so it may be longer, and is said to be so.
 */
export function waitHint(refusals: number): string | null {
  if (refusals < FREE_TRIES) return null;
  const seconds = Math.min(FIRST_WAIT_S * 2 ** (refusals - FREE_TRIES), LONGEST_WAIT_S);
  return `After ${refusals} tries in a row, wait ${duration(seconds)} or longer: sooner, nobody gets in here. A mailbox code lets you in without waiting.`;
}
