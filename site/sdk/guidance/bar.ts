import type { GuidanceState } from "../types";

/** A bar with hysteresis: crossed at `enter`, and once crossed it holds until `leave` is reached again. */
export interface Bar {
  enter: number;
  leave: number;
}

type Crossing = (value: number, bar: Bar, state: GuidanceState) => boolean;

/** The two ways to cross a bar, given what was said a frame before. What is not a number crosses both. */
export function barsAfter(previous: GuidanceState): { below: Crossing; above: Crossing } {
  return {
    below: (value, bar, state) => !(value >= (previous === state ? bar.leave : bar.enter)),
    above: (value, bar, state) => !(value <= (previous === state ? bar.leave : bar.enter)),
  };
}
