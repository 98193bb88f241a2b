import type { Endpoint } from "../endpoint.ts";
import { archiveObjectName, bucketName, copyName, invokerName, scheduleId } from "../names.ts";
import type { ComponentName, Copy, Input, Inputs, ResourceSpec } from "../resource.ts";
import { functionInvoker } from "../roles.ts";
import type { Size } from "../size.ts";
import type { CopyPlan, Invoker } from "./copy.ts";
import { connectorName } from "./second-generation.ts";

/** A function of generation 1, and one binding on it for each member who may call it. */
export function planFirstGeneration(copy: CopyPlan, size: Size): ResourceSpec[] {
  const { project, of, parent, function: one } = copy;
  const { entry, endpoint, codebase, account } = one;
  const spec: ResourceSpec = {
    type: "gcp:cloudfunctions/function:Function",
    name: copyName(of),
    parent,
    inputs: {
      project,
      region: of.region,
      name: entry.name,
      labels: copy.labels,
      runtime: one.runtime,
      entryPoint: endpoint.entryPoint,
      sourceArchiveBucket: bucketName(project),
      sourceArchiveObject: archiveObjectName(entry.codebase, codebase.archive.sha256),
      availableMemoryMb: size.memoryMiB,
      timeout: size.timeoutSeconds,
      minInstances: size.minInstances,
      maxInstances: size.maxInstances ?? undefined,
      ingressSettings: endpoint.ingress ?? "ALLOW_ALL",
      serviceAccountEmail: account.email,
      environmentVariables: copy.variables,
      secretEnvironmentVariables: copy.secrets,
      vpcConnector:
        endpoint.vpc?.connector == null ? undefined : connectorName(endpoint.vpc.connector, project, of.region),
      vpcConnectorEgressSettings: endpoint.vpc?.egress ?? undefined,
      ...triggerInputs(endpoint, copy),
    },
    dependsOn: copy.dependsOn,
    of,
    options: {},
  };
  // Events and schedules reach generation 1 through the platform itself, which asks for no binding.
  const called = !["event", "scheduled"].includes(endpoint.trigger.kind);
  return [spec, ...(called ? copy.invokers.map((one) => invoker(project, of, parent, one)) : [])];
}

function invoker(project: string, of: Copy, parent: ComponentName, { member, dependsOn }: Invoker): ResourceSpec {
  return {
    type: "gcp:cloudfunctions/functionIamMember:FunctionIamMember",
    name: invokerName(of, member, project),
    parent,
    inputs: { project, region: of.region, cloudFunction: of.function, role: functionInvoker, member },
    dependsOn,
    of,
    options: {},
  };
}

function triggerInputs({ trigger }: Endpoint, { of, project }: CopyPlan): Inputs {
  const on = (eventType: string, resource: string, retry: boolean): Inputs => {
    const failurePolicy: Input = retry ? { retry: true } : undefined;
    return { eventTrigger: { eventType, resource, failurePolicy } };
  };
  if (trigger.kind === "event") return on(trigger.eventType, trigger.filters.resource ?? "", trigger.retry);
  if (trigger.kind === "scheduled") {
    return on("google.pubsub.topic.publish", `projects/${project}/topics/${scheduleId(of)}`, false);
  }
  return { triggerHttp: true, httpsTriggerSecurityLevel: "SECURE_ALWAYS" };
}
