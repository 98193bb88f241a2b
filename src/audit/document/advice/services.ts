import type { Advice } from "../../../model/document.ts";
import type { Advisor } from "./advisor.ts";

/** Google's limit of Cloud Run services per project and region; every function of generation 2 is one. */
const limit = 1_000;
/** Share of the limit from which on it is worth a word. */
const worthAWord = 0.1;

/** How much of a region's room is taken. */
export const servicesPerRegion: Advisor = ({ view }) => {
  const { fleet } = view;
  if (fleet.facts === null) return { advice: [], noAdvice: ["Services per region: what is deployed was not read."] };
  const taken = new Map<string, number>();
  const add = (region: string) => taken.set(region, (taken.get(region) ?? 0) + 1);
  for (const { region, generation } of fleet.functions) if (generation !== 1) add(region);
  for (const { region } of fleet.facts.services) add(region);
  const advice = [...taken]
    .filter(([, count]) => count >= limit * worthAWord)
    .sort((a, b) => b[1] - a[1])
    .map(
      ([region, count]): Advice => ({
        kind: "services",
        text: `${region} holds ${count} of ${limit.toLocaleString("en-GB")} services (${Math.floor((count / limit) * 100)}%).`,
        functions: [],
      }),
    );
  const unread = fleet.lacks("services") || view.gapsOf("deployed").some(({ facet }) => facet === "services");
  const noAdvice = unread
    ? ["Services per region: Cloud Run services that are no functions were not read, so there may be more."]
    : [];
  return { advice, noAdvice };
};
