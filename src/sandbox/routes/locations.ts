import { regions } from "../../model/regions.ts";
import { checkProject } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { type Route, reads } from "../http/service.ts";

/** `projects/P/locations` of a service that every region has, and those of `further`. */
export function locationRoutes(version: string, permission: string, further: readonly string[] = []): Route[] {
  return [
    reads("GET", `/${version}/projects/{project+}/locations`, (call) => {
      checkProject(call, permission);
      const { project } = call.world.state;
      const locations = [...regions.keys(), ...further].map((region) => ({
        name: `projects/${project}/locations/${region}`,
        locationId: region,
        labels: { "cloud.googleapis.com/region": region },
      }));
      return page(call, locations, { key: "locations", maxPage: 1000 });
    }),
  ];
}
