/**
 * Runs the face mesh's frozen graph (TensorFlow's GraphDef as JSON, and its weights) on tfjs.
 *
 * `@tensorflow/tfjs-converter` would run any graph, with 150 kB of operations that this one does not have; it has the
 * nine below, so that an unknown one is an error when the graph is loaded and not before a person.
 */
import * as tf from "@tensorflow/tfjs-core";

interface GraphNode {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, { s?: string; list?: { s?: string[]; i?: string[] } }>;
}

interface GraphFile {
  modelTopology: { node: GraphNode[] };
  weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
}

type Values = Map<string, tf.Tensor>;
interface Step {
  name: string;
  run: (values: Values) => tf.Tensor;
  drops: string[];
}

const INPUT = "input_1";

/** A graph whose tensors are on the backend. `outputs` are names of nodes; what they do not need never runs. */
export class FrozenGraph {
  readonly #weights: tf.NamedTensorMap;
  readonly #steps: Step[];

  constructor(
    topology: Uint8Array,
    weights: Uint8Array<ArrayBuffer>,
    readonly outputs: readonly string[],
  ) {
    const file = JSON.parse(new TextDecoder().decode(topology)) as GraphFile;
    const nodes = new Map(file.modelTopology.node.map((node) => [node.name, node]));
    const entries = file.weightsManifest.flatMap((group) => group.weights);
    this.#weights = tf.io.decodeWeights(weights.buffer, entries);
    this.#steps = this.#plan(nodes);
  }

  /** The outputs for one input, in the order they were named. The caller disposes them. */
  run(input: tf.Tensor4D): tf.Tensor[] {
    return tf.tidy(() => {
      const values: Values = new Map(Object.entries(this.#weights));
      values.set(INPUT, input);
      for (const { name, run, drops } of this.#steps) {
        values.set(name, run(values));
        for (const unneeded of drops) values.get(unneeded)?.dispose();
      }
      return this.outputs.map((name) => valueOf(values, name));
    });
  }

  dispose(): void {
    tf.dispose(this.#weights);
  }

  /** The nodes that the outputs need, each after its inputs; and after which step a value is needed no more. */
  #plan(nodes: ReadonlyMap<string, GraphNode>): Step[] {
    const steps: Step[] = [];
    const lastUse = new Map<string, Step>();
    const planned = new Set([INPUT, ...Object.keys(this.#weights)]);
    const plan = (name: string): void => {
      if (planned.has(name)) return;
      planned.add(name);
      const node = nodes.get(name);
      if (node === undefined) throw new Error(`the graph has no node ${name}`);
      const inputs = node.input ?? [];
      inputs.forEach(plan);
      const step: Step = { name, run: operation(node, this.#weights), drops: [] };
      steps.push(step);
      for (const input of inputs) if (input !== INPUT && !(input in this.#weights)) lastUse.set(input, step);
    };
    this.outputs.forEach(plan);
    for (const [name, step] of lastUse) if (!this.outputs.includes(name)) step.drops.push(name);
    return steps;
  }
}

/** What a node does, with its attributes read once. */
function operation(node: GraphNode, weights: tf.NamedTensorMap): Step["run"] {
  const [first = "", second = "", third = "", fourth = ""] = node.input ?? [];
  const x = (values: Values): tf.Tensor4D => valueOf(values, first) as tf.Tensor4D;
  const y = (values: Values): tf.Tensor4D => valueOf(values, second) as tf.Tensor4D;
  const constant = (): number[] => Array.from(weights[second]?.dataSync() ?? []);
  switch (node.op) {
    case "_FusedConv2D": {
      const fused = (node.attr?.["fused_ops"]?.list?.s ?? []).map((name) => atob(name));
      const hasPrelu = fused.includes("Prelu");
      if (fused.some((name) => name !== "BiasAdd" && name !== "Prelu")) break;
      const [strides, pad] = [stridesOf(node), paddingOf(node)];
      return (values) =>
        tf.fused.conv2d({
          x: x(values),
          filter: y(values),
          strides,
          pad,
          bias: valueOf(values, third),
          ...(hasPrelu && { activation: "prelu", preluActivationWeights: valueOf(values, fourth) }),
        });
    }
    case "DepthwiseConv2dNative": {
      const [strides, pad] = [stridesOf(node), paddingOf(node)];
      return (values) => tf.depthwiseConv2d(x(values), y(values), strides, pad);
    }
    case "MaxPool": {
      const [strides, pad, size] = [stridesOf(node), paddingOf(node), pairOf(node, "ksize")];
      return (values) => tf.maxPool(x(values), size, strides, pad);
    }
    case "AddV2":
      return (values) => tf.add(x(values), y(values));
    case "Prelu":
      return (values) => tf.prelu(x(values), y(values));
    case "Sigmoid":
      return (values) => tf.sigmoid(x(values));
    case "Pad": {
      const flat = constant();
      const paddings = Array.from({ length: flat.length / 2 }, (_, axis): [number, number] => [flat[2 * axis] ?? 0, flat[2 * axis + 1] ?? 0]); // prettier-ignore
      return (values) => tf.pad(x(values), paddings);
    }
    case "Reshape": {
      const shape = constant();
      return (values) => tf.reshape(x(values), shape);
    }
    case "Identity":
      return (values) => tf.clone(x(values));
  }
  throw new Error(`the graph has an operation that is not known here: ${node.op}`);
}

function valueOf(values: Values, name: string): tf.Tensor {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the graph has no value ${name}`);
  return value;
}

function pairOf(node: GraphNode, attribute: string): [number, number] {
  const [, down, across] = (node.attr?.[attribute]?.list?.i ?? []).map(Number);
  if (down === undefined || across === undefined) throw new Error(`${node.name} has no ${attribute}`);
  return [down, across];
}

const stridesOf = (node: GraphNode): [number, number] => pairOf(node, "strides");

function paddingOf(node: GraphNode): "same" | "valid" {
  return atob(node.attr?.["padding"]?.s ?? "") === "SAME" ? "same" : "valid";
}
