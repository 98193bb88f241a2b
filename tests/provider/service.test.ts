import { credentials, type ServiceError } from "@grpc/grpc-js";
import grpcPb from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resourceTypes } from "../../src/stacks/provider/resource-types.ts";
import { startWorld, type World } from "./client.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

describe("the provider's protocol", () => {
  it("asks for secrets to be taken out, and says whose properties it serves", async () => {
    const engine = world.engine("gcp:pubsub/topic:Topic");
    expect(await engine.handshake()).toMatchObject({
      acceptSecrets: false,
      acceptResources: false,
      acceptOutputs: false,
    });
    const client = new grpcPb.ResourceProviderClient(`127.0.0.1:${world.provider.port}`, credentials.createInsecure());
    const version = await new Promise<string>((resolve, reject) => {
      client.getPluginInfo(
        grpcPb.ResourceProviderService.cancel.responseDeserialize(Buffer.alloc(0)),
        (error, info) => {
          if (error === null) resolve(info.getVersion());
          else reject(error);
        },
      );
    });
    const { version: installed } = (await import("@pulumi/gcp/package.json", { with: { type: "json" } })).default;
    expect(version).toBe(installed);
    client.close();
  });

  it("fails by name for what it does not serve", async () => {
    const engine = world.engine("gcp:compute/instance:Instance");
    const known = resourceTypes.map((type) => type.token).join(", ");
    const failure = await engine.create({ name: "a" }).catch((error: ServiceError) => error);
    expect(failure).toMatchObject({
      code: 12,
      details: `The sandbox's provider does not serve resources of type gcp:compute/instance:Instance. It serves: ${known}.`,
    });
    const client = new grpcPb.ResourceProviderClient(`127.0.0.1:${world.provider.port}`, credentials.createInsecure());
    const request = new providerPb.InvokeRequest();
    request.setTok("gcp:organizations/getProject:getProject");
    const refused = await new Promise<string>((resolve) => {
      client.invoke(request, (error) => resolve(error?.details ?? ""));
    });
    expect(refused).toBe(
      "The sandbox's provider serves no data source: gcp:organizations/getProject:getProject is asked for.",
    );
    client.close();
  });

  it("serves exactly the types that the program declares", () => {
    expect(resourceTypes.map((type) => type.token).sort()).toEqual([
      "gcp:cloudfunctions/function:Function",
      "gcp:cloudfunctions/functionIamMember:FunctionIamMember",
      "gcp:cloudfunctionsv2/function:Function",
      "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
      "gcp:cloudscheduler/job:Job",
      "gcp:cloudtasks/queue:Queue",
      "gcp:monitoring/alertPolicy:AlertPolicy",
      "gcp:monitoring/dashboard:Dashboard",
      "gcp:projects/iAMMember:IAMMember",
      "gcp:pubsub/topic:Topic",
      "gcp:secretmanager/secretIamMember:SecretIamMember",
      "gcp:serviceaccount/account:Account",
      "gcp:serviceaccount/iAMMember:IAMMember",
      "gcp:storage/bucket:Bucket",
      "gcp:storage/bucketObject:BucketObject",
    ]);
  });

  it("keeps the settings of each provider instance apart", async () => {
    const one = world.engine("gcp:pubsub/topic:Topic");
    const two = world.engine("gcp:pubsub/topic:Topic");
    await one.configure({ project: "one", defaultLabels: '{"team":"a"}', addPulumiAttributionLabel: "false" });
    await two.configure({ project: "two" });
    const preview = async (engine: typeof one) =>
      (await engine.create({ name: "t", labels: { x: "1" } }, { preview: true })).state;
    expect(await preview(one)).toMatchObject({ project: "one", pulumiLabels: { team: "a", x: "1" } });
    expect(await preview(two)).toMatchObject({
      project: "two",
      pulumiLabels: { "goog-pulumi-provisioned": "true", x: "1" },
    });
  });

  it("reports only properties that the gcp package knows", async () => {
    const { readFile } = await import("node:fs/promises");
    const files: Record<string, string> = {
      "gcp:cloudfunctions/function:Function": "cloudfunctions/function",
      "gcp:cloudfunctions/functionIamMember:FunctionIamMember": "cloudfunctions/functionIamMember",
      "gcp:cloudfunctionsv2/function:Function": "cloudfunctionsv2/function",
      "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "cloudrunv2/serviceIamMember",
      "gcp:cloudscheduler/job:Job": "cloudscheduler/job",
      "gcp:cloudtasks/queue:Queue": "cloudtasks/queue",
      "gcp:monitoring/alertPolicy:AlertPolicy": "monitoring/alertPolicy",
      "gcp:monitoring/dashboard:Dashboard": "monitoring/dashboard",
      "gcp:projects/iAMMember:IAMMember": "projects/iammember",
      "gcp:pubsub/topic:Topic": "pubsub/topic",
      "gcp:secretmanager/secretIamMember:SecretIamMember": "secretmanager/secretIamMember",
      "gcp:serviceaccount/account:Account": "serviceaccount/account",
      "gcp:serviceaccount/iAMMember:IAMMember": "serviceaccount/iammember",
      "gcp:storage/bucket:Bucket": "storage/bucket",
      "gcp:storage/bucketObject:BucketObject": "storage/bucketObject",
    };
    for (const type of resourceTypes) {
      const path = new URL(`../../node_modules/@pulumi/gcp/${files[type.token]}.d.ts`, import.meta.url);
      const text = await readFile(path, "utf8");
      const args = /export interface \w+Args \{([\s\S]*?)\n\}/.exec(text)?.[1] ?? "";
      const state = /export interface \w+State \{([\s\S]*?)\n\}/.exec(text)?.[1] ?? "";
      const names = (body: string) => new Set([...body.matchAll(/^ {4}(\w+)\??:/gm)].map((match) => match[1]));
      for (const [name, field] of Object.entries(type.fields)) {
        expect([type.token, name, names(state).has(name)]).toEqual([type.token, name, true]);
        if (field.owner !== "server")
          expect([type.token, name, names(args).has(name)]).toEqual([type.token, name, true]);
      }
    }
  });
});
