import type { FunctionEntry, Manifest } from "../../../manifest/manifest.ts";
import { didYouMean } from "../../../manifest/nearest.ts";
import { textOf } from "../../json.ts";
import { allowedRegions, generationOf, regionProperty } from "../function-resource.ts";
import { jobTarget } from "../job-target.ts";
import type { PolicyResource, ResourceRule, Violation } from "../rule.ts";
import { listed } from "../wording.ts";

/** The region of every function is a declared fact; its job and its queue stand beside it. */
export const regionPerManifest: ResourceRule = {
  name: "region-per-manifest",
  description: "Functions, their Scheduler jobs and their queues stand where the manifest has them.",
  *check(resource, manifest) {
    if (generationOf(resource) !== null) yield* checkFunction(resource, manifest);
    else if (resource.type === "gcp:cloudscheduler/job:Job") yield* checkJob(resource, manifest);
    else if (resource.type === "gcp:cloudtasks/queue:Queue") yield* checkQueue(resource, manifest);
  },
};

function* checkFunction(resource: PolicyResource, manifest: Manifest): Iterable<Violation> {
  const generation = generationOf(resource) ?? 2;
  const { props } = resource;
  const { environment } = manifest;
  const name = textOf(props.name);
  if (name === null) {
    const message = `${resource.name} has no name of its own: with a generated one, ${manifest.file} cannot know it.`;
    yield { place: null, message, mend: "Set its name." };
    return;
  }
  const project = textOf(props.project);
  if (project !== null && project !== environment.project) {
    yield {
      place: environment.place,
      message: `${name} goes to project ${project}, and environment ${environment.name} is project ${environment.project}: it would be judged by another project's rules.`,
      mend: "Set REGIONS_ENV to the environment of that project, or mend the project.",
    };
    return;
  }
  const entry = manifest.functions.get(name);
  if (entry === undefined) {
    yield unknownFunction(name, manifest);
    return;
  }
  const property = regionProperty(generation);
  const region = textOf(props[property]);
  const wanted = entry.regions[0] ?? "";
  if (region === null) {
    yield {
      place: entry.place,
      message: `${name} names no ${property}, so the provider's default decides where it runs.`,
      mend: `Set ${property} to ${wanted}.`,
    };
  } else if (!allowedRegions(entry).includes(region)) {
    yield {
      place: entry.place,
      message: `${name} would run in ${region}, and belongs in ${placesOf(entry)}: whoever calls it there does not reach this copy.`,
      mend: `Set ${property} to ${wanted}; if it is to move, \`regions migrate ${name} --to ${region}\` keeps both copies until nothing reaches the old one.`,
    };
  }
}

function unknownFunction(name: string, manifest: Manifest): Violation {
  const { environment, file } = manifest;
  const excepted = manifest.excepted.get(name);
  if (excepted !== undefined) {
    return {
      place: excepted,
      message: `${name} is left out of environment ${environment.name} (except), and would be deployed to it.`,
      mend: "Take it off that list, or out of the program.",
    };
  }
  const meant = didYouMean(name, manifest.functions.keys());
  return {
    place: null,
    message: `${name} is not declared in ${file}, so no class answers for its region and its load.`,
    mend: `Add it under functions with its class${meant === null ? "" : ` (${meant})`}.`,
  };
}

function* checkJob(resource: PolicyResource, manifest: Manifest): Iterable<Violation> {
  const region = textOf(resource.props.region);
  const target = jobTarget(resource, manifest);
  if (target === null) return;
  const { entry, name } = target;
  const job = textOf(resource.props.name) ?? resource.name;
  if (entry === null) {
    yield unknownFunction(name, manifest);
    return;
  }
  const wanted = entry.regions[0] ?? "";
  if (target.region !== null && !allowedRegions(entry).includes(target.region)) {
    yield {
      place: entry.place,
      message: `Job ${job} starts ${name} in ${target.region}, and it belongs in ${placesOf(entry)}: the runs would be lost once that copy is gone.`,
      mend: `Let it call the copy in ${wanted}.`,
    };
  } else if (resource.props.pubsubTarget !== undefined) {
    // Of generation 1: it stands where App Engine does, for the whole project.
    return;
  } else if (region === null || !allowedRegions(entry).includes(region)) {
    yield {
      place: entry.place,
      message: `Job ${job} would stand in ${region ?? "the provider's default region"}, and ${name}, which it starts, belongs in ${placesOf(entry)}: an outage there would stop it here.`,
      mend: `Set region to ${target.region ?? wanted}.`,
    };
  } else if (target.region !== null && target.region !== region) {
    yield {
      place: entry.place,
      message: `Job ${job} stands in ${region} and starts the copy of ${name} in ${target.region}: it would depend on two regions.`,
      mend: `Set region to ${target.region}, or let it call the copy in ${region}.`,
    };
  }
}

/** A queue is a function's by its name, as firebase-admin enqueues; others are not the fleet's. */
function* checkQueue({ props }: PolicyResource, manifest: Manifest): Iterable<Violation> {
  const entry = manifest.functions.get(textOf(props.name) ?? "");
  if (entry === undefined) return;
  const region = textOf(props.location);
  if (region !== null && allowedRegions(entry).includes(region)) return;
  yield {
    place: entry.place,
    message: `The queue of ${entry.name} would stand in ${region ?? "the provider's default region"}, and the function belongs in ${placesOf(entry)}: tasks are enqueued beside the function and would not find it.`,
    mend: `Set location to ${entry.regions[0] ?? ""}.`,
  };
}

function placesOf({ regions, moving }: FunctionEntry): string {
  return `${listed(regions)}${moving === null ? "" : ` (and still in ${moving.from})`}`;
}
