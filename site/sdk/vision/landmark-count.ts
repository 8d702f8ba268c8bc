/** iBUG 300-W. */
export const LANDMARK_COUNT = 68;
