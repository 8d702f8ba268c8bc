/**
 * tfjs takes flags from the page's query string (?tfjsflags=DEBUG:true prints tensors, others stop it from
 * starting). A link must not configure a sign-in, so they are dropped before any flag is registered.
 */
import "@tensorflow/tfjs-core/dist/engine.js";
import { env } from "@tensorflow/tfjs-core/dist/environment.js";

Object.assign(env(), { urlFlags: {} });
