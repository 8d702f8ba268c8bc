import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist", "public", "node_modules"] },
  {
    files: ["**/*.ts"],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // A number in a message is exactly what it looks like.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Files read top-down: the public function first, its helpers under it.
      "@typescript-eslint/no-use-before-define": "off",
      "no-console": "error",
      // `== null` means "null or absent".
      eqeqeq: ["error", "always", { null: "ignore" }],
    },
  },
  {
    // Raw pictures never leave the device: nothing in the product may turn pixels into something that can be sent.
    files: ["sdk/**/*.ts", "pages/**/*.ts", "components/**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["toDataURL", "toBlob", "convertToBlob", "captureStream", "transferToImageBitmap"].map(
          (property) => ({
            property,
            message: "Pixels stay on the device.",
          }),
        ),
      ],
      "no-restricted-globals": [
        "error",
        "localStorage",
        "sessionStorage",
        "MediaRecorder",
        "RTCPeerConnection",
      ],
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [js.configs.recommended],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
  prettier,
);
