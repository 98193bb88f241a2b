import { param } from "../http/call.ts";
import { checkLocation, checkProject, checkReachable, googleService, listRegional } from "../http/google.ts";
import { reads, type Service } from "../http/service.ts";
import { Refusal } from "../state/refusal.ts";
import { locationRoutes } from "./locations.ts";

const collection = "/v1/projects/{project+}/locations/{location}/triggers";
/** Locations of multi-regional databases and buckets, where triggers lie too. */
const further = ["global", "eur3", "nam5", "nam7", "eu", "us", "asia"];

/** Eventarc v1, triggers alone: those of functions come and go with their functions. */
export const eventarc: Service = googleService("eventarc.googleapis.com", [
  ...locationRoutes("v1", "eventarc.locations.list", further),
  reads("GET", collection, (call) =>
    listRegional(call, Object.values(call.world.state.triggers), {
      key: "triggers",
      maxPage: 1000,
      defaultPage: 100,
      permission: "eventarc.triggers.list",
      unreachable: "full",
      wildcard: true,
      further,
    }),
  ),
  reads("GET", `${collection}/{trigger}`, (call) => {
    checkProject(call, "eventarc.triggers.get");
    const location = param(call, "location");
    checkLocation(location, further);
    checkReachable(call, location);
    const name = `projects/${call.world.state.project}/locations/${location}/triggers/${param(call, "trigger")}`;
    const trigger = call.world.state.triggers[name];
    if (trigger === undefined) throw new Refusal("NOT_FOUND", `Resource '${name}' was not found`);
    return trigger;
  }),
]);
