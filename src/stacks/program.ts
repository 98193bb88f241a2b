import * as cloudfunctions from "@pulumi/gcp/cloudfunctions/index.js";
import * as cloudfunctionsv2 from "@pulumi/gcp/cloudfunctionsv2/index.js";
import * as cloudrunv2 from "@pulumi/gcp/cloudrunv2/index.js";
import * as cloudscheduler from "@pulumi/gcp/cloudscheduler/index.js";
import * as cloudtasks from "@pulumi/gcp/cloudtasks/index.js";
import * as monitoring from "@pulumi/gcp/monitoring/index.js";
import * as projects from "@pulumi/gcp/projects/index.js";
import { Provider } from "@pulumi/gcp/provider.js";
import * as pubsub from "@pulumi/gcp/pubsub/index.js";
import * as secretmanager from "@pulumi/gcp/secretmanager/index.js";
import * as serviceaccount from "@pulumi/gcp/serviceaccount/index.js";
import * as storage from "@pulumi/gcp/storage/index.js";
import { asset, ComponentResource, type CustomResourceOptions, type Resource } from "@pulumi/pulumi";
import { objectOf } from "./json.ts";
import { providerName } from "./names.ts";
import { withoutPositions } from "./no-positions.ts";
import type { ComponentName, FleetPlan, Input, ResourceSpec, ResourceType } from "./resource.ts";

/** Inputs are data by now, and checked by the provider; the classes bring versions, aliases and secret outputs. */
type Make = (name: string, inputs: never, options: CustomResourceOptions) => Resource;

const make: Readonly<Record<ResourceType, Make>> = {
  "gcp:storage/bucket:Bucket": (...all) => new storage.Bucket(...all),
  "gcp:storage/bucketObject:BucketObject": (...all) => new storage.BucketObject(...all),
  "gcp:serviceaccount/account:Account": (...all) => new serviceaccount.Account(...all),
  "gcp:serviceaccount/iAMMember:IAMMember": (...all) => new serviceaccount.IAMMember(...all),
  "gcp:projects/iAMMember:IAMMember": (...all) => new projects.IAMMember(...all),
  "gcp:secretmanager/secretIamMember:SecretIamMember": (...all) => new secretmanager.SecretIamMember(...all),
  "gcp:cloudfunctionsv2/function:Function": (...all) => new cloudfunctionsv2.Function(...all),
  "gcp:cloudfunctions/function:Function": (...all) => new cloudfunctions.Function(...all),
  "gcp:cloudfunctions/functionIamMember:FunctionIamMember": (...all) => new cloudfunctions.FunctionIamMember(...all),
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": (...all) => new cloudrunv2.ServiceIamMember(...all),
  "gcp:cloudscheduler/job:Job": (...all) => new cloudscheduler.Job(...all),
  "gcp:cloudtasks/queue:Queue": (...all) => new cloudtasks.Queue(...all),
  "gcp:pubsub/topic:Topic": (...all) => new pubsub.Topic(...all),
  "gcp:monitoring/alertPolicy:AlertPolicy": (...all) => new monitoring.AlertPolicy(...all),
  "gcp:monitoring/dashboard:Dashboard": (...all) => new monitoring.Dashboard(...all),
};

/**
 * Hands a plan to the engine, inside a running Pulumi program. One explicit provider serves every region, since the
 * region is an input; what a resource waits for is made before it.
 */
export function createFleet(plan: FleetPlan): void {
  withoutPositions(() => create(plan));
}

function create(plan: FleetPlan): void {
  const provider = new Provider(providerName, { project: plan.project, addPulumiAttributionLabel: false });
  const components = new Map<string, Resource>();
  for (const component of plan.components) {
    const parent = component.parent === null ? undefined : components.get(keyOf(component.parent));
    const options = { ...(parent === undefined ? {} : { parent }), providers: [provider] };
    components.set(keyOf(component), new ComponentResource(component.type, component.name, {}, options));
  }
  const specs = new Map(plan.resources.map((spec) => [spec.name, spec]));
  const made = new Map<string, Resource>();
  const createOne = (spec: ResourceSpec): Resource => {
    const present = made.get(spec.name);
    if (present !== undefined) return present;
    const dependsOn = spec.dependsOn.map((name) => {
      const before = specs.get(name);
      if (before === undefined) throw new Error(`${spec.name} waits for ${name}, which the plan does not hold`);
      return createOne(before);
    });
    const parent = components.get(keyOf(spec.parent));
    if (parent === undefined)
      throw new Error(`${spec.name} stands in ${spec.parent.name}, which the plan does not hold`);
    const { ignoreChanges, retainOnDelete, protect } = spec.options;
    const resource = make[spec.type](spec.name, engineInputs(spec.inputs) as never, {
      parent,
      provider,
      dependsOn,
      ...(ignoreChanges === undefined ? {} : { ignoreChanges: [...ignoreChanges] }),
      ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
      ...(protect === undefined ? {} : { protect }),
      // Names are fixed, so that the new one could not be made beside the old one.
      deleteBeforeReplace: true,
    });
    made.set(spec.name, resource);
    return resource;
  };
  for (const spec of plan.resources) createOne(spec);
}

function keyOf({ type, name }: ComponentName): string {
  return `${type} ${name}`;
}

/** Local files become the engine's own assets; everything else is handed over as it is. */
function engineInputs(inputs: Readonly<Record<string, Input>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => {
      const file = objectOf(value)?.asset;
      return [key, typeof file === "string" ? new asset.FileAsset(file) : value];
    }),
  );
}
