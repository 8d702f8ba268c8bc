/** What every call and the product itself may be given. */

export interface FaceSmashOptions {
  /** Origin of the API, "" for this page's own. From `/config.json` on our pages. */
  apiOrigin?: string;
  /** Folder the models and WASM files are served from. Default `/assets/`. */
  assets?: string;
  /** Name of the IndexedDB database that keeps the device key. Default `facesmash`. */
  storageName?: string;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

export interface ExportOptions extends CallOptions {
  /** Default `json`: one file, signed. `zip` adds tables for a spreadsheet and a page that explains them. */
  format?: "json" | "zip";
}

export interface LoadProgress {
  loadedBytes: number;
  totalBytes: number;
}
