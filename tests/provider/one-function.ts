import type { Inputs } from "./client.ts";

export const token = "gcp:cloudfunctionsv2/function:Function";
/** The collection of functions, as the request log shows it. */
export const v2 = "cloudfunctions.googleapis.com/v2/projects/acme-test/locations";

/** Inputs of a small function whose source is the archive `a.zip` of `acme-exports`. */
export function wanted(name = "sendInvoice", location = "europe-west2"): Inputs {
  return {
    name,
    location,
    buildConfig: {
      runtime: "nodejs22",
      entryPoint: name,
      source: { storageSource: { bucket: "acme-exports", object: "a.zip" } },
    },
    serviceConfig: { availableCpu: "1", availableMemory: "512Mi", maxInstanceCount: 5 },
    labels: { "deployment-tool": "regions" },
  };
}
