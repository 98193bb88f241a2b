import type { Project } from "../code/project.ts";

/** `charge_test.dart`, `test_charge.py`, `ChargeTest.kt`, `ChargeTests.swift`. */
const testNames =
  /(?:_test\.(?:dart|py)|(?:^|\/)(?:test_[^/]*|conftest)\.py|[a-z0-9](?:Tests?|Spec)\.(?:kt|java|swift|cs))$/;

/** Files that make a folder the home of a package. */
const beside = ["package.json", "pubspec.yaml", "requirements.txt", "pyproject.toml", "Package.swift"];

/** Some such word stands in the name of each. */
const anyTest = /test|spec|stories|cypress|\.cy\.|e2e|__mocks__|__fixtures__/i;

/**
 * Tests, mocks and stories: their calls reach no production. Only what is a test by its very name is left out; a
 * folder called "test" counts at the root or beside a package.json.
 */
export function isTestFile(project: Project, file: string): boolean {
  if (!anyTest.test(file)) return false;
  if (/\.(?:test|spec|stories|cy|e2e)\.[cm]?[jt]sx?$/.test(file) || testNames.test(file)) return true;
  const parts = file.split("/").slice(0, -1);
  return parts.some((part, index) => {
    if (part === "__tests__" || part === "__mocks__" || part === "__fixtures__") return true;
    // Gradle's source sets, and Xcode's and Unity's folders of tests.
    if (/^(?:android|shared|common)?[tT]est(?:Debug|Release|Fixtures)?$/.test(part) && parts[index - 1] === "src")
      return true;
    if (part === "integration_test" || part === "test_driver" || /^\w+(?:UI)?Tests$/.test(part)) return true;
    if (part !== "test" && part !== "tests" && part !== "cypress" && part !== "e2e") return false;
    const parent = parts.slice(0, index).join("/");
    return parent === "" || beside.some((name) => project.has(`${parent}/${name}`));
  });
}
