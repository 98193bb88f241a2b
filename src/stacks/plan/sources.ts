import type { Manifest } from "../../manifest/manifest.ts";
import {
  archiveLogicalName,
  archiveObjectName,
  bucketLogicalName,
  bucketName,
  sourcesComponent,
  toolLabel,
} from "../names.ts";
import type { ResourceSpec } from "../resource.ts";
import type { CodebaseInput } from "./fleet.ts";

/** The bucket of the environment's archives, and one archive per codebase, named by its hash. */
export function planSources(manifest: Manifest, codebases: ReadonlyMap<string, CodebaseInput>): ResourceSpec[] {
  const { project } = manifest.environment;
  const bucket = bucketName(project);
  return [
    {
      type: "gcp:storage/bucket:Bucket",
      name: bucketLogicalName,
      parent: sourcesComponent,
      inputs: {
        project,
        name: bucket,
        location: continentOf(manifest),
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        labels: toolLabel,
      },
      dependsOn: [],
      of: null,
      // A bucket cannot move, and a fleet that moves has no need to take it along.
      options: { ignoreChanges: ["location"] },
    },
    ...[...codebases].map(([name, { archive }]): ResourceSpec => {
      return {
        type: "gcp:storage/bucketObject:BucketObject",
        name: archiveLogicalName(name, archive.sha256),
        parent: sourcesComponent,
        inputs: {
          bucket,
          name: archiveObjectName(name, archive.sha256),
          contentType: "application/zip",
          source: { asset: archive.file },
        },
        dependsOn: [bucketLogicalName],
        of: null,
        options: {},
      };
    }),
  ];
}

/** Multi-region that holds the most home regions of classes: source stays on the continent it runs on. */
function continentOf(manifest: Manifest): string {
  const counts = new Map<string, number>();
  for (const { region } of manifest.classes.values()) {
    const continent = multiRegions.find(([pattern]) => pattern.test(region))?.[1] ?? region.toUpperCase();
    counts.set(continent, (counts.get(continent) ?? 0) + 1);
  }
  return [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))[0]?.[0] ?? "US";
}

/** Storage has a multi-region for these alone; elsewhere the region itself holds the bucket. */
const multiRegions: readonly (readonly [RegExp, string])[] = [
  [/^europe-/, "EU"],
  [/^us-/, "US"],
  [/^asia-/, "ASIA"],
];
