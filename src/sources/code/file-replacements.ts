import { asRecord, join } from "./tsconfig.ts";

/**
 * Angular's `fileReplacements` of the production build: which file stands in for which. Read from angular.json, and
 * from Nx's project.json; the default configuration counts where there is none called production.
 */
export function fileReplacements(
  files: readonly string[],
  jsonOf: (file: string) => unknown,
): ReadonlyMap<string, string> {
  const replacements = new Map<string, string>();
  for (const file of files) {
    const name = file.slice(file.lastIndexOf("/") + 1);
    if (name !== "angular.json" && name !== "project.json" && name !== "workspace.json") continue;
    // Nx writes paths from the root of the workspace, Angular from its own file.
    const folder = name === "project.json" ? "" : file.slice(0, file.length - name.length).replace(/\/$/, "");
    const config = asRecord(jsonOf(file));
    const projects = name === "project.json" ? [config] : Object.values(asRecord(config?.projects) ?? {});
    for (const project of projects) {
      for (const [from, to] of replacementsOf(project)) {
        const key = join(folder, from);
        if (!replacements.has(key)) replacements.set(key, join(folder, to));
      }
    }
  }
  return replacements;
}

function replacementsOf(project: unknown): [string, string][] {
  const record = asRecord(project);
  const build = asRecord((asRecord(record?.architect) ?? asRecord(record?.targets))?.build);
  const configurations = asRecord(build?.configurations);
  const name = configurations?.production === undefined ? build?.defaultConfiguration : "production";
  const list = typeof name === "string" ? asRecord(configurations?.[name])?.fileReplacements : null;
  return (Array.isArray(list) ? list : []).flatMap((item: unknown): [string, string][] => {
    const entry = asRecord(item);
    const from = entry?.replace ?? entry?.src;
    const to = entry?.with ?? entry?.replaceWith;
    return typeof from === "string" && typeof to === "string" ? [[from, to]] : [];
  });
}
