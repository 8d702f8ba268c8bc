// Written by scripts/copy-assets.mjs --pin. Do not edit.

/** What the vision engine loads, and the only bytes it accepts: size and digest are of the unpacked file. */
export const ASSETS = {
  wasmSimd: {
    file: "tfjs-backend-wasm-simd-77ebb28a6d34.packed",
    bytes: 424594,
    sha256: "77ebb28a6d34f371dbbf2086b7f2de8994acd8ea5a3cf1fa24d2c26c840cac7b",
  },
  wasmPlain: {
    file: "tfjs-backend-wasm-70a5d5160604.packed",
    bytes: 311123,
    sha256: "70a5d516060464e5269f01c74bac1772d6b8ab6cb612acf16b5cdaf61f78d892",
  },
  detector: {
    file: "tiny_face_detector_model-b7503ce7df31.packed",
    bytes: 193321,
    sha256: "b7503ce7df31039b1c43316a9b865cab6a70dd748cc602d3fa28b551503c3871",
  },
  ssd: {
    file: "ssd_mobilenetv1_model-2835640602d5.packed",
    bytes: 5616957,
    sha256: "2835640602d53718aa6ae9a42896327eaa21beefed056c218d32ca7d79e1e2f8",
  },
  landmarks: {
    file: "face_landmark_68_model-4611ef65c87d.packed",
    bytes: 356840,
    sha256: "4611ef65c87d836d03d684b30eec4d195d8b219fa1dd58fc58945831c6b9299b",
  },
  recognition: {
    file: "face_recognition_model-b413e420d684.packed",
    bytes: 6444032,
    sha256: "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589",
  },
  meshGraph: {
    file: "facemesh-b60ca26f4047.packed",
    bytes: 95845,
    sha256: "b60ca26f404724f43bd2b1575761d8265180e1f053cc0731caa68462927309e7",
  },
  mesh: {
    file: "facemesh-3826da640b0a.packed",
    bytes: 1477958,
    sha256: "3826da640b0a3021161605369ee6af293f75d518040355b960ec71a3390c1c0b",
  },
} as const;
