/**
 * Stands in for `@tensorflow/tfjs-core` in the bundle (see ../../../vision-aliases.ts).
 *
 * The package's own entry registers a browser platform that fetches whatever it is asked to, keeps models in the
 * browser's storage, and carries every gradient and optimiser. Here: the engine, its flags, and ops.
 */
import { getOrMakeEngine } from "@tensorflow/tfjs-core/dist/engine.js";
import "./no-url-flags"; // before the flags
import "@tensorflow/tfjs-core/dist/flags.js";
import { buffer } from "@tensorflow/tfjs-core/dist/ops/buffer.js";
import { cast } from "@tensorflow/tfjs-core/dist/ops/cast.js";
import { clone } from "@tensorflow/tfjs-core/dist/ops/clone.js";
import { print } from "@tensorflow/tfjs-core/dist/ops/print.js";
import { setOpHandler } from "@tensorflow/tfjs-core/dist/tensor.js";

getOrMakeEngine();
setOpHandler({ buffer, cast, clone, print });

export * from "@tensorflow/tfjs-core/dist/base.js";
