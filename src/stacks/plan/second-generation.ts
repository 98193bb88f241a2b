import { serviceNameOf } from "../../model/function-url.ts";
import type { Endpoint, EndpointVpc } from "../endpoint.ts";
import { archiveObjectName, bucketName, copyName, invokerName } from "../names.ts";
import type { ComponentName, Copy, Input, Inputs, ResourceSpec } from "../resource.ts";
import { serviceInvoker } from "../roles.ts";
import type { Size } from "../size.ts";
import type { CopyPlan, Invoker } from "./copy.ts";

/** A function of generation 2, and one binding on its Cloud Run service for each member who may call it. */
export function planSecondGeneration(copy: CopyPlan, size: Size): ResourceSpec[] {
  const { project, of, parent, function: one } = copy;
  const { entry, endpoint, codebase, account } = one;
  const spec: ResourceSpec = {
    type: "gcp:cloudfunctionsv2/function:Function",
    name: copyName(of),
    parent,
    inputs: {
      project,
      location: of.region,
      name: entry.name,
      labels: copy.labels,
      buildConfig: {
        runtime: one.runtime,
        entryPoint: endpoint.entryPoint,
        source: {
          storageSource: {
            bucket: bucketName(project),
            object: archiveObjectName(entry.codebase, codebase.archive.sha256),
          },
        },
      },
      serviceConfig: {
        availableMemory: quantity(size.memoryMiB),
        availableCpu: String(size.cpu),
        minInstanceCount: size.minInstances,
        maxInstanceCount: size.maxInstances ?? undefined,
        maxInstanceRequestConcurrency: size.concurrency,
        timeoutSeconds: size.timeoutSeconds,
        ingressSettings: endpoint.ingress ?? "ALLOW_ALL",
        allTrafficOnLatestRevision: true,
        serviceAccountEmail: account.email,
        environmentVariables: copy.variables,
        secretEnvironmentVariables: copy.secrets,
        ...vpcInputs(endpoint.vpc, project, of.region),
      },
      eventTrigger: eventTriggerInputs(endpoint, copy),
    },
    dependsOn: copy.dependsOn,
    of,
    options: {},
  };
  return [spec, ...copy.invokers.map((one) => invoker(project, of, parent, one))];
}

function invoker(project: string, of: Copy, parent: ComponentName, { member, dependsOn }: Invoker): ResourceSpec {
  return {
    type: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    name: invokerName(of, member, project),
    parent,
    inputs: { project, location: of.region, name: serviceNameOf(of.function), role: serviceInvoker, member },
    dependsOn,
    of,
    options: {},
  };
}

function eventTriggerInputs({ trigger }: Endpoint, copy: CopyPlan): Input {
  if (trigger.kind !== "event") return undefined;
  const { topic, ...filters } = trigger.filters;
  return {
    eventType: trigger.eventType,
    triggerRegion: copy.triggerRegion ?? copy.of.region,
    pubsubTopic: topic === undefined ? undefined : topicName(topic, copy.project),
    eventFilters: [
      ...Object.entries(filters).map(([attribute, value]) => ({ attribute, value })),
      ...Object.entries(trigger.pathPatterns).map(([attribute, value]) => {
        return { attribute, value, operator: "match-path-pattern" };
      }),
    ],
    retryPolicy: trigger.retry ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
    serviceAccountEmail: copy.function.account.email,
  };
}

/** "orders" and its full name are the same topic. */
export function topicName(written: string, project: string): string {
  return written.includes("/") ? written : `projects/${project}/topics/${written}`;
}

function vpcInputs(vpc: EndpointVpc | null, project: string, region: string): Inputs {
  if (vpc === null) return {};
  if (vpc.connector !== null) {
    return {
      vpcConnector: connectorName(vpc.connector, project, region),
      vpcConnectorEgressSettings: vpc.egress ?? undefined,
    };
  }
  return {
    directVpcNetworkInterfaces: vpc.networkInterfaces.map(({ network, subnetwork, tags }) => {
      return { network: network ?? undefined, subnetwork: subnetwork ?? undefined, tags };
    }),
    directVpcEgress: vpc.egress === null ? undefined : `VPC_EGRESS_${vpc.egress}`,
  };
}

/** A connector serves its own region only, so a short name is meant in the copy's. */
export function connectorName(written: string, project: string, region: string): string {
  return written.includes("/") ? written : `projects/${project}/locations/${region}/connectors/${written}`;
}

/** As the Firebase CLI writes it: "256Mi", "1024Mi", "2Gi". */
function quantity(memoryMiB: number): string {
  return memoryMiB > 1024 && memoryMiB % 1024 === 0 ? `${memoryMiB / 1024}Gi` : `${memoryMiB}Mi`;
}
