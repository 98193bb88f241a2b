import { expect, it } from "vitest";
import { openStore } from "../../src/cli/wire/migrate/store.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";

it("keeps no journal on one machine where the manifest names a place that all share", () => {
  const text = `version: 1
environments:
  production: { project: acme-prod, journal: "gs://acme-state/moves" }
regions:
  europe-west1: {}
classes:
  core: { region: europe-west1 }
functions: {}
`;
  const { environment } = resolveManifest(parseManifest(text, "regions.yaml"), null);
  expect(() => openStore("/fleet", environment)).toThrow(
    "Environment production keeps its journals at gs://acme-state/moves, and this version keeps them in .regions/production/moves alone.",
  );
});
