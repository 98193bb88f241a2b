import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkProject } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { type Route, reads, writes } from "../http/service.ts";
import { isObject, type JsonObject, objectAt, textAt } from "../state/json.ts";
import { applyMask, parseMask } from "../state/mask.ts";
import { scrambledDigits } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";

const collection = "/v3/projects/{project+}/alertPolicies";
const single = `${collection}/{policy}`;
const writable = [
  "displayName",
  "combiner",
  "enabled",
  "conditions",
  "notificationChannels",
  "alertStrategy",
  "userLabels",
  "severity",
  "documentation",
];
const conditionKinds = [
  "conditionThreshold",
  "conditionAbsent",
  "conditionMatchedLog",
  "conditionMonitoringQueryLanguage",
  "conditionPrometheusQueryLanguage",
  "conditionSql",
];

/** Monitoring's alert policies: kept, never evaluated. */
export const alertPolicyRoutes: readonly Route[] = [
  reads("GET", collection, (call) => {
    checkProject(call, "monitoring.alertPolicies.list");
    return page(call, Object.values(call.world.state.alertPolicies), { key: "alertPolicies", maxPage: 1000 });
  }),
  reads("GET", single, found),
  writes("POST", collection, (call) => {
    checkProject(call, "monitoring.alertPolicies.create");
    const { state } = call.world;
    state.counter += 1;
    const name = `projects/${state.project}/alertPolicies/${scrambledDigits(`policy${state.counter}`, 19)}`;
    const policy = complete(call, { enabled: true, ...pick(jsonBody(call)), name });
    policy.creationRecord = policy.mutationRecord ?? {};
    state.alertPolicies[name] = policy;
    return policy;
  }),
  writes("PATCH", single, (call) => {
    const current = found(call);
    const mask = parseMask(call.query.get("updateMask"));
    const next = complete(call, applyMask(current, jsonBody(call), mask, writable));
    call.world.state.alertPolicies[String(current.name)] = next;
    return next;
  }),
  writes("DELETE", single, (call) => {
    delete call.world.state.alertPolicies[String(found(call).name)];
    return {};
  }),
];

function found(call: Call): JsonObject {
  checkProject(call, "monitoring.alertPolicies.get");
  const name = `projects/${call.world.state.project}/alertPolicies/${param(call, "policy")}`;
  const policy = call.world.state.alertPolicies[name];
  if (policy === undefined) throw new Refusal("NOT_FOUND", `Can't find resource ${name}.`);
  return policy;
}

/** Checks a policy and fills in what the server knows: names of conditions, who changed it when, the kind of text. */
function complete(call: Call, policy: JsonObject): JsonObject {
  for (const field of ["displayName", "combiner"]) {
    if ((textAt(policy, field) ?? "") === "") throw invalid(`alert_policy.${snake(field)}`, "is required");
  }
  const conditions = Array.isArray(policy.conditions) ? policy.conditions : [];
  if (conditions.length === 0) throw invalid("alert_policy.conditions", "must have at least one condition");
  const documentation = policy.documentation;
  return {
    ...policy,
    conditions: conditions.map((condition, index) => completeCondition(call, policy, condition, index)),
    ...(isObject(documentation) && documentation.mimeType === undefined
      ? { documentation: { ...documentation, mimeType: "text/markdown" } }
      : {}),
    mutationRecord: { mutateTime: call.world.now().toISOString(), mutatedBy: "sandbox@example.com" },
  };
}

function completeCondition(call: Call, policy: JsonObject, condition: unknown, index: number): JsonObject {
  const field = `alert_policy.conditions[${index}]`;
  if (!isObject(condition)) throw invalid(field, "must be an object");
  const kinds = conditionKinds.filter((kind) => condition[kind] !== undefined);
  if (kinds.length !== 1) throw invalid(field, "must have exactly one kind of condition");
  if ((textAt(condition, "displayName") ?? "") === "") throw invalid(`${field}.display_name`, "is required");
  const threshold = objectAt(condition, "conditionThreshold");
  if (kinds[0] === "conditionThreshold" && !/metric\.type\s*=|select_slo/.test(textAt(threshold, "filter") ?? "")) {
    throw invalid(`${field}.condition_threshold.filter`, 'must name a metric type, as in metric.type = "…"');
  }
  const digits = scrambledDigits(`${String(policy.name)} ${call.world.state.counter} ${index}`, 19);
  return { ...condition, name: textAt(condition, "name") ?? `${String(policy.name)}/conditions/${digits}` };
}

function invalid(field: string, description: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", `Field ${field} had an invalid value: ${description}.`, [
    { field, description },
  ]);
}

function snake(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function pick(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => writable.includes(key)));
}
