import { expect, it } from "vitest";
import { junitReport } from "../../src/report/junit.ts";
import { clean, everything, frame, hostile, warning } from "./ci-sample.ts";
import { report } from "./sample.ts";
import { type Element, parseXml } from "./strict-xml.ts";

it("prints findings as failures, gaps as errors, and the rest as skipped or passed", () => {
  expect(junitReport(everything, frame())).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="regions audit" tests="6" failures="2" errors="1" skipped="2">
  <testsuite name="regions audit" tests="6" failures="2" errors="1" skipped="2" timestamp="2026-11-22T00:00:00">
    <properties>
      <property name="project" value="acme-prod"/>
      <property name="environment" value="production"/>
      <property name="exitCode" value="1"/>
    </properties>
    <testcase classname="regions.look" name="deployed">
      <error message="deployed could not be read in full: europe-west4: it did not answer. What hangs on it is not checked; this is not clean." type="gap">europe-west4: it did not answer</error>
    </testcase>
    <testcase classname="regions.wrong-region" name="stripeWebhook at fleet/regions.yaml:40" file="fleet/regions.yaml" line="40">
      <failure message="stripeWebhook is live in europe-west1 alone; it belongs in europe-west3." type="error">stripeWebhook is live in europe-west1 alone; it belongs in europe-west3.
stripe calls it there
fleet/regions.yaml:40 class payments wants it in europe-west3</failure>
    </testcase>
    <testcase classname="regions.mismatched-caller" name="registerChatter at fleet/web/src/ChatterRegister.tsx:12" file="fleet/web/src/ChatterRegister.tsx" line="12">
      <failure message="ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page." type="error">ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page.
Mend: Point the call at europe-west2.
fleet/web/src/firebase.ts:9 the region comes from here</failure>
    </testcase>
    <testcase classname="regions.undecided" name="exportArticles at fleet/regions.yaml:14" file="fleet/regions.yaml" line="14">
      <system-out>Nobody has decided where exportArticles belongs.
Mend: Decide.</system-out>
    </testcase>
    <testcase classname="regions.mismatched-caller" name="registerBlogger at fleet/web/src/ChatterRegister.tsx:12" file="fleet/web/src/ChatterRegister.tsx" line="12">
      <skipped message="suppressed: retired with the old page"/>
    </testcase>
    <testcase classname="regions.stale-holder" name="not checked">
      <skipped message="not checked: holders were not asked for"/>
    </testcase>
  </testsuite>
</testsuites>
`);
});

it("fails on warnings where --fail-on says so", () => {
  const text = junitReport(report({ findings: [warning] }), frame({ failOn: "warning" }));
  expect(parseXml(text).attributes).toMatchObject({ tests: "2", failures: "1" });
});

it("has one passing case where nothing is wrong", () => {
  const [suite] = parseXml(junitReport(clean, frame())).children;
  expect(suite?.attributes).toMatchObject({ tests: "1", failures: "0", errors: "0", skipped: "0" });
  expect(cases(suite)).toEqual([{ classname: "regions.look", name: "all that was asked for was read" }]);
});

it("stays well-formed with hostile names, and loses none of them", () => {
  const [suite] = parseXml(junitReport(hostile, frame())).children;
  expect(suite?.attributes).toMatchObject({ tests: "5", failures: "1", errors: "2", skipped: "2" });
  const message = suite?.children.at(3)?.children[0]?.attributes.message;
  expect(message).toBe(
    "\\u{1b}[31m<b>&\"'%0A::error::x ##[error] ]]> --> `code` [a](1) @acme/admins \\u{fffe}\\u{202e}\\u{a}::stop-commands::x",
  );
});

function cases(suite: Element | undefined) {
  return suite?.children.filter(({ name }) => name === "testcase").map(({ attributes }) => attributes);
}
