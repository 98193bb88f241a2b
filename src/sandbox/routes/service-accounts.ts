import { jsonBody } from "../http/body.ts";
import { type Call, param } from "../http/call.ts";
import { checkProject, googleService } from "../http/google.ts";
import { page } from "../http/pages.ts";
import { reads, type Service, writes } from "../http/service.ts";
import { accountName, etagOf, newAccount } from "../state/accounts.ts";
import { type JsonObject, objectAt, textAt } from "../state/json.ts";
import { applyMask, parseMask } from "../state/mask.ts";
import { Refusal } from "../state/refusal.ts";
import { policyRoutes } from "./iam.ts";

const collection = "/v1/projects/{project+}/serviceAccounts";
const single = `${collection}/{account}`;
const writable = ["displayName", "description"];

/** IAM v1, service accounts alone. What is created can be read at once; the real service takes some seconds. */
export const serviceAccounts: Service = googleService("iam.googleapis.com", [
  reads("GET", collection, (call) => {
    checkProject(call, "iam.serviceAccounts.list");
    return page(call, Object.values(call.world.state.accounts), { key: "accounts", maxPage: 100, defaultPage: 20 });
  }),
  reads("GET", single, found),
  writes("POST", collection, (call) => {
    checkProject(call, "iam.serviceAccounts.create");
    const { state } = call.world;
    const body = jsonBody(call);
    const id = textAt(body, "accountId") ?? "";
    if (!/^[a-z](?:[-a-z0-9]{4,28}[a-z0-9])$/.test(id)) {
      throw new Refusal(
        "INVALID_ARGUMENT",
        `The account ID "${id}" does not have a length between 6 and 30, or has characters other than a-z, 0-9 and -.`,
        [{ field: "account_id", description: "must match [a-z]([-a-z0-9]{4,28}[a-z0-9])" }],
      );
    }
    const email = `${id}@${state.project}.iam.gserviceaccount.com`;
    if (state.accounts[accountName(state, email)] !== undefined) {
      throw new Refusal(
        "ALREADY_EXISTS",
        `Service account ${id} already exists within project projects/${state.project}.`,
      );
    }
    state.counter += 1;
    const fields = objectAt(body, "serviceAccount");
    const account = newAccount(state, email, pick(fields));
    state.accounts[String(account.name)] = account;
    return account;
  }),
  writes("PATCH", single, (call) => {
    const account = found(call);
    const body = jsonBody(call);
    const wanted = objectAt(body, "serviceAccount");
    const etag = textAt(wanted, "etag");
    if (etag !== null && etag !== "" && etag !== account.etag) {
      throw new Refusal("ABORTED", "There were concurrent changes to the service account. Please retry.");
    }
    const mask = parseMask(textAt(body, "updateMask"));
    if (mask === null) throw new Refusal("INVALID_ARGUMENT", "The update mask must name display_name or description.");
    return replace(call, applyMask(account, wanted, mask, writable));
  }),
  writes("DELETE", single, (call) => {
    const name = String(found(call).name);
    delete call.world.state.accounts[name];
    delete call.world.state.policies[name];
    return {};
  }),
  writes("POST", `${single}:enable`, (call) => {
    const { disabled: _, ...rest } = found(call);
    replace(call, rest);
    return {};
  }),
  writes("POST", `${single}:disable`, (call) => {
    replace(call, { ...found(call), disabled: true });
    return {};
  }),
  ...policyRoutes(single, (call) => String(found(call).name)),
]);

/** The project may be "-", where the e-mail address says all. */
function found(call: Call): JsonObject {
  if (param(call, "project") !== "-") checkProject(call, "iam.serviceAccounts.get");
  const email = param(call, "account");
  const account = call.world.state.accounts[accountName(call.world.state, email)];
  if (account === undefined) throw new Refusal("NOT_FOUND", `Unknown service account: ${email}`);
  return account;
}

function replace(call: Call, next: JsonObject): JsonObject {
  const { state } = call.world;
  state.counter += 1;
  const account = { ...next, etag: etagOf(String(next.name), state.counter) };
  state.accounts[String(next.name)] = account;
  return account;
}

function pick(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([key, value]) => writable.includes(key) && value !== ""));
}
