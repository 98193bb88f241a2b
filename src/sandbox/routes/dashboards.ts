import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkProject } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { type Route, reads, writes } from "../http/service.ts";
import { isObject, type Json, type JsonObject, textAt } from "../state/json.ts";
import { scramble } from "../state/names.ts";
import { Refusal } from "../state/refusal.ts";
import { uuidOf } from "../state/services.ts";

const collection = "/v1/projects/{project+}/dashboards";
const single = `${collection}/{dashboard}`;
const layouts = ["gridLayout", "mosaicLayout", "rowLayout", "columnLayout"];

/** Monitoring's dashboards. Their names carry the project's number, whatever the caller wrote. */
export const dashboardRoutes: readonly Route[] = [
  reads("GET", collection, (call) => {
    checkProject(call, "monitoring.dashboards.list");
    return page(call, Object.values(call.world.state.dashboards), { key: "dashboards", maxPage: 1000 });
  }),
  reads("GET", single, found),
  writes("POST", collection, (call) => {
    checkProject(call, "monitoring.dashboards.create");
    const { state } = call.world;
    const body = jsonBody(call);
    state.counter += 1;
    const asked = textAt(body, "name")?.split("/").at(-1) ?? "";
    const name = nameOf(call, asked === "" ? uuidOf(`dashboard${state.counter}`) : asked);
    if (state.dashboards[name] !== undefined) throw new Refusal("ALREADY_EXISTS", `Dashboard ${name} already exists.`);
    return store(call, name, body);
  }),
  writes("PATCH", single, (call) => {
    const current = found(call);
    const body = jsonBody(call);
    const etag = textAt(body, "etag");
    if (etag !== null && etag !== current.etag) {
      throw new Refusal("ABORTED", "The dashboard was changed since: its etag is another one.");
    }
    return store(call, String(current.name), body);
  }),
  writes("DELETE", single, (call) => {
    delete call.world.state.dashboards[String(found(call).name)];
    return {};
  }),
];

function found(call: Call): JsonObject {
  checkProject(call, "monitoring.dashboards.get");
  const name = nameOf(call, param(call, "dashboard"));
  const dashboard = call.world.state.dashboards[name];
  if (dashboard === undefined) throw new Refusal("NOT_FOUND", `Can't find resource ${name}.`);
  return dashboard;
}

function nameOf(call: Call, id: string): string {
  return `projects/${call.world.state.projectNumber}/dashboards/${id}`;
}

/** A dashboard is replaced as a whole. */
function store(call: Call, name: string, body: JsonObject): JsonObject {
  if ((textAt(body, "displayName") ?? "") === "") throw invalid("display_name", "is required");
  if (layouts.filter((layout) => body[layout] !== undefined).length !== 1) {
    throw invalid("layout", "must be exactly one of gridLayout, mosaicLayout, rowLayout and columnLayout");
  }
  const { state } = call.world;
  state.counter += 1;
  const dashboard: JsonObject = {
    ...(withAxes(body) as JsonObject),
    name,
    etag: scramble(`${name}${state.counter}`, 32),
  };
  state.dashboards[name] = dashboard;
  return dashboard;
}

/** The server writes into every data set of a chart which axis it belongs to. */
function withAxes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withAxes);
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withAxes(inner)]));
  return copy.timeSeriesQuery !== undefined && copy.plotType !== undefined && copy.targetAxis === undefined
    ? { ...copy, targetAxis: "Y1" }
    : copy;
}

function invalid(field: string, description: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", `Field dashboard.${field} had an invalid value: ${description}.`, [
    { field: `dashboard.${field}`, description },
  ]);
}
