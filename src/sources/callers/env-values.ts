import type { Caller, EnvValue } from "../../model/callers.ts";
import { parseFunctionUrl } from "../../model/function-url.ts";
import { type EnvLine, isCommitted, parseEnv } from "../code/env-files.ts";
import type { Project } from "../code/project.ts";
import { isRegionId } from "./reading.ts";

/** Committed env files: those a build tool loads, and no templates (`.env.example`). */
export function envFiles(project: Project): string[] {
  return project.list.files.filter((file) => {
    const name = file.slice(file.lastIndexOf("/") + 1);
    if (name !== ".env" && !name.startsWith(".env.")) return false;
    return (
      !/\.(example|sample|template|dist|defaults?|schema|bak|old|enc|vault|keys|test)\b/i.test(name) &&
      isCommitted(project, file)
    );
  });
}

/** Values that are a region or a function URL. Nothing else of an env file is kept: it may be a secret. */
export function readEnvValues(
  project: Project,
  file: string,
  owner: string | null,
  counts: (entry: EnvLine) => boolean,
): { values: EnvValue[]; callers: Caller[]; heads: string[] } {
  const values: EnvValue[] = [];
  const callers: Caller[] = [];
  const heads: string[] = [];
  for (const entry of parseEnv(file, project.text(file) ?? "")) {
    const { name, value, place } = entry;
    const url = parseFunctionUrl(value);
    if (url !== null && url.form !== "emulator") {
      if (!counts(entry)) continue;
      const clean = value.replace(/[?#].*$/, "").replace(/\/\/[^/@]*@/, "//");
      values.push({ place, name, value: clean, owner });
      callers.push({
        ...place,
        column: place.column ?? 1,
        endLine: place.line,
        how: "env",
        targets: [{ function: url.name, region: url.region, when: null }],
        certain: url.region !== null,
        regionSource: `env:${name}`,
        regionPlace: place,
        project: url.project,
        via: [],
        symbol: name,
        snippet: name,
        owner,
      });
    } else if (isRegionId(value)) {
      values.push({ place, name, value, owner });
    } else if (/^https?:\/\/[^/\s]+cloudfunctions\.net\/?$/i.test(value)) heads.push(name);
  }
  return { values, callers, heads };
}
