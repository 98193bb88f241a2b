import { param } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { reads, type Service } from "../http/service.ts";
import { messageRoutes } from "../senders/pubsub/routes.ts";
import { Refusal } from "../state/refusal.ts";
import { allSubscriptions } from "../state/subscriptions.ts";
import { topicRoutes } from "./topics.ts";

/** Pub/Sub's topics and subscriptions, and messages on their way to those that have them pushed. */
export const pubsub: Service = googleService("pubsub.googleapis.com", [
  reads("GET", "/v1/projects/{project+}/subscriptions", (call) => {
    checkProject(call, "pubsub.subscriptions.list");
    return page(call, [...allSubscriptions(call.world.state).values()], {
      key: "subscriptions",
      maxPage: 1000,
      defaultPage: 100,
    });
  }),
  reads("GET", "/v1/projects/{project+}/subscriptions/{subscription}", (call) => {
    checkProject(call, "pubsub.subscriptions.get");
    const name = `projects/${call.world.state.project}/subscriptions/${param(call, "subscription")}`;
    const found = allSubscriptions(call.world.state).get(name);
    if (found === undefined)
      throw new Refusal("NOT_FOUND", `Resource not found (resource=${param(call, "subscription")}).`);
    return found;
  }),
  ...messageRoutes,
  ...topicRoutes,
]);
