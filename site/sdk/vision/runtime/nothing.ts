/** Stands in for `@tensorflow/tfjs-backend-webgl`, which face-api imports and we do not ship. */
export {};
