/**
 * Stands in for `@tensorflow/tfjs` under face-api: the ops its networks use and no more.
 *
 * face-api copies the whole module into an object, so anything exported here is shipped. Named one by one this
 * is 0.2 MB where `@tensorflow/tfjs` is 1.2 MB.
 */
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import { image as imageOps } from "@tensorflow/tfjs-core";

export {
  Tensor,
  Variable,
  add,
  avgPool,
  batchNorm,
  cast,
  clipByValue,
  concat,
  conv2d,
  depthwiseConv2d,
  div,
  exp,
  expandDims,
  fill,
  matMul,
  maxPool,
  mul,
  pad,
  relu,
  reshape,
  scalar,
  separableConv2d,
  sigmoid,
  slice,
  slice3d,
  softmax,
  stack,
  sub,
  tensor,
  tensor1d,
  tensor2d,
  tensor3d,
  tensor4d,
  tidy,
  tile,
  transpose,
  unstack,
  zeros,
} from "@tensorflow/tfjs-core";

export const image = { resizeBilinear: imageOps.resizeBilinear };
