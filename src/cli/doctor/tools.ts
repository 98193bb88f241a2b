import type { DoctorLine } from "./line.ts";

/** The oldest Node that the package runs on. */
const oldestNode = [22, 12] as const;

/** @param version as `process.version` gives it: "v24.1.0" */
export function nodeLine(version: string): DoctorLine {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const enough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const oldest = oldestNode.join(".");
  return {
    name: "Node",
    state: enough ? "present" : "missing",
    detail: enough ? version : `${version} is older than ${oldest}`,
    unlocks: "every command",
    todo: enough ? null : `Install Node ${oldest} or newer.`,
  };
}

/** @param version what `git --version` prints; null where it cannot be run */
export function gitLine(version: string | null): DoctorLine {
  return {
    name: "git",
    state: version === null ? "missing" : "present",
    detail: version === null ? "not found on PATH" : version.replace(/^git version /, ""),
    unlocks: "telling which files of a repository are its own, and which env files are committed",
    todo: version === null ? "Install git." : null,
  };
}
