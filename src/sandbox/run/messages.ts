/** What the sandbox and a child tell each other. Requests themselves go over HTTP, with two headers of the sandbox's. */

/** Names the function that a request is for: the `key` of its `ServeFunction`. */
export const copyHeader = "x-sandbox-copy";
/** Shows that a request comes from the sandbox. */
export const keyHeader = "x-sandbox-key";

/** How Google's framework calls a function. */
export type SignatureType = "http" | "cloudevent" | "event";

/** Sandbox → child: make a function ready. */
export interface ServeFunction {
  readonly kind: "serve";
  readonly key: string;
  /** Path in the module's exports, with dots. */
  readonly entryPoint: string;
  readonly signature: SignatureType;
  /** Variables that this function alone has, secrets among them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Child → sandbox. */
export type ChildMessage =
  | { readonly kind: "listening"; readonly port: number }
  /** `problem` null: requests for the function can come. */
  | { readonly kind: "served"; readonly key: string; readonly problem: string | null };

/** The child's start, in its environment variable SANDBOX_RUN; the child removes it before code is loaded. */
export interface ChildStart {
  /** Folder with the unpacked archive. */
  readonly folder: string;
  readonly key: string;
  readonly project: string;
  readonly projectNumber: string;
  readonly region: string;
  readonly account: string;
}
