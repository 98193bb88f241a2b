import type { Manifest, RegionEntry } from "../../manifest/manifest.ts";
import { dashboardLogicalName, errorAlertName, toolLabel, vcpuAlertName, watchComponent } from "../names.ts";
import type { Input, PlannedCopy, ResourceSpec } from "../resource.ts";

const period = "300s";
/** vCPU-seconds allocated to running instances; their rate is the vCPU in use, which is what Google's quota counts. */
const vcpuMetric = "run.googleapis.com/container/cpu/allocation_time";
const requestMetric = "run.googleapis.com/request_count";
const executionMetric = "cloudfunctions.googleapis.com/function/execution_count";

/**
 * Alerts and a dashboard. Their texts name regions and never functions, so that a function more or less changes
 * nothing here.
 */
export function planWatch(manifest: Manifest, copies: readonly PlannedCopy[]): ResourceSpec[] {
  const used = [...manifest.regions.values()].filter(({ name }) => copies.some(({ region }) => region === name));
  return [
    ...used.flatMap((region) => (region.quota === null ? [] : [vcpuAlert(manifest, region, region.quota)])),
    ...used.filter((region) => region.protected).map((region) => errorAlert(manifest, region, copies)),
    ...(used.length === 0 ? [] : [dashboard(manifest, used)]),
  ];
}

function vcpuAlert(manifest: Manifest, region: RegionEntry, quota: { vcpu: number; warn: number }): ResourceSpec {
  const line = Number((quota.vcpu * quota.warn).toFixed(3));
  const share = `${Math.round(quota.warn * 100)} %`;
  return alert(manifest, vcpuAlertName(region.name), {
    displayName: `vCPU in use in ${region.name}`,
    text: `Functions in ${region.name} use more than ${line} of ${quota.vcpu} vCPU (${share}). At the quota, Google starts no further instance there, and requests fail. Look for the functions that hold most instances; move what need not be there (\`regions migrate\`), or ask Google for more.`,
    severity: "WARNING",
    conditions: [
      condition(`over ${line} vCPU`, `metric.type="${vcpuMetric}" AND ${inRegion(region.name)}`, {
        perSeriesAligner: "ALIGN_RATE",
        groupByFields: ["resource.label.location"],
        thresholdValue: line,
      }),
    ],
  });
}

function errorAlert(manifest: Manifest, region: RegionEntry, copies: readonly PlannedCopy[]): ResourceSpec {
  const first = copies.some((copy) => copy.region === region.name && copy.generation === 1);
  return alert(manifest, errorAlertName(region.name), {
    displayName: `Errors of functions in ${region.name}`,
    text: `A function in ${region.name}${region.role === null ? "" : ` (${region.role})`} answers with errors of its own. The region is protected: what fails here is felt by customers at once.`,
    severity: "ERROR",
    conditions: [
      condition(
        "answers 5xx",
        `metric.type="${requestMetric}" AND metric.label.response_code_class="5xx" AND ${inRegion(region.name)}`,
        { perSeriesAligner: "ALIGN_SUM", groupByFields: ["resource.label.service_name"], thresholdValue: 0 },
      ),
      ...(first
        ? [
            condition(
              "executions that fail",
              `metric.type="${executionMetric}" AND metric.label.status!="ok" AND resource.type="cloud_function" AND resource.label.region="${region.name}"`,
              { perSeriesAligner: "ALIGN_SUM", groupByFields: ["resource.label.function_name"], thresholdValue: 0 },
            ),
          ]
        : []),
    ],
  });
}

function inRegion(region: string): string {
  return `resource.type="cloud_run_revision" AND resource.label.location="${region}"`;
}

function condition(
  displayName: string,
  filter: string,
  how: { perSeriesAligner: string; groupByFields: readonly string[]; thresholdValue: number },
): Input {
  return {
    displayName,
    conditionThreshold: {
      filter,
      aggregations: [
        {
          alignmentPeriod: period,
          perSeriesAligner: how.perSeriesAligner,
          crossSeriesReducer: "REDUCE_SUM",
          groupByFields: how.groupByFields,
        },
      ],
      comparison: "COMPARISON_GT",
      thresholdValue: how.thresholdValue,
      duration: "0s",
      trigger: { count: 1 },
    },
  };
}

function alert(
  { environment }: Manifest,
  name: string,
  what: { displayName: string; text: string; severity: string; conditions: readonly Input[] },
): ResourceSpec {
  return {
    type: "gcp:monitoring/alertPolicy:AlertPolicy",
    name,
    parent: watchComponent,
    inputs: {
      project: environment.project,
      displayName: what.displayName,
      combiner: "OR",
      severity: what.severity,
      conditions: what.conditions,
      documentation: { content: what.text, mimeType: "text/markdown" },
      notificationChannels: environment.notify.length === 0 ? undefined : environment.notify,
      userLabels: toolLabel,
    },
    dependsOn: [],
    of: null,
    options: {},
  };
}

function dashboard({ environment }: Manifest, regions: readonly RegionEntry[]): ResourceSpec {
  const tiles = regions.flatMap((region, row) => [
    tile(0, row, `vCPU in use in ${region.name}`, {
      filter: `metric.type="${vcpuMetric}" AND ${inRegion(region.name)}`,
      perSeriesAligner: "ALIGN_RATE",
      groupByFields: ["resource.label.location"],
      line: region.quota === null ? null : region.quota.vcpu * region.quota.warn,
    }),
    tile(1, row, `Requests in ${region.name}`, {
      filter: `metric.type="${requestMetric}" AND ${inRegion(region.name)}`,
      perSeriesAligner: "ALIGN_RATE",
      groupByFields: ["metric.label.response_code_class"],
      line: null,
    }),
    tile(2, row, `Errors by function in ${region.name}`, {
      filter: `metric.type="${requestMetric}" AND metric.label.response_code_class="5xx" AND ${inRegion(region.name)}`,
      perSeriesAligner: "ALIGN_RATE",
      groupByFields: ["resource.label.service_name"],
      line: null,
    }),
  ]);
  const layout = { displayName: `regions: ${environment.name}`, mosaicLayout: { columns: 48, tiles } };
  return {
    type: "gcp:monitoring/dashboard:Dashboard",
    name: dashboardLogicalName,
    parent: watchComponent,
    inputs: { project: environment.project, dashboardJson: JSON.stringify(layout) },
    dependsOn: [],
    of: null,
    options: {},
  };
}

function tile(
  column: number,
  row: number,
  title: string,
  chart: { filter: string; perSeriesAligner: string; groupByFields: readonly string[]; line: number | null },
) {
  const aggregation = {
    alignmentPeriod: period,
    perSeriesAligner: chart.perSeriesAligner,
    crossSeriesReducer: "REDUCE_SUM",
    groupByFields: chart.groupByFields,
  };
  return {
    xPos: column * 16,
    yPos: row * 16,
    width: 16,
    height: 16,
    widget: {
      title,
      xyChart: {
        dataSets: [{ plotType: "LINE", timeSeriesQuery: { timeSeriesFilter: { filter: chart.filter, aggregation } } }],
        ...(chart.line === null ? {} : { thresholds: [{ value: chart.line }] }),
      },
    },
  };
}
