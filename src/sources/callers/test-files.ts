import type { Project } from "../code/project.ts";

/**
 * Tests, mocks and stories: their calls reach no production. Only what is a test by its very name is left out; a
 * folder called "test" counts at the root or beside a package.json.
 */
export function isTestFile(project: Project, file: string): boolean {
  if (/\.(?:test|spec|stories|cy|e2e)\.[cm]?[jt]sx?$/.test(file)) return true;
  const parts = file.split("/").slice(0, -1);
  return parts.some((part, index) => {
    if (part === "__tests__" || part === "__mocks__" || part === "__fixtures__") return true;
    if (part !== "test" && part !== "tests" && part !== "cypress" && part !== "e2e") return false;
    const parent = parts.slice(0, index).join("/");
    return parent === "" || project.has(`${parent}/package.json`);
  });
}
