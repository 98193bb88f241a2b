import type { World } from "../../http/call.ts";
import { isObject, type JsonObject, textAt } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";
import { Refusal } from "../../state/refusal.ts";
import { announceUser } from "./events.ts";

const collection = "auth-users";

/** What a caller may say of a user, as the fields of firebase-admin's `UserRecord`. */
const fields: Readonly<Record<string, "text" | "boolean" | "object" | "list">> = {
  uid: "text",
  email: "text",
  emailVerified: "boolean",
  displayName: "text",
  photoURL: "text",
  phoneNumber: "text",
  disabled: "boolean",
  customClaims: "object",
  providerData: "list",
};

/**
 * Keeps a user and tells the copies that listen. A uid is made up where none is given. Throws a Refusal for fields that
 * no user has, and for a uid, an e-mail address or a telephone number that another one has.
 */
export function createUser(world: World, given: JsonObject): JsonObject {
  for (const [name, value] of Object.entries(given)) checkField(name, value);
  const uid = textAt(given, "uid") ?? scramble(`auth-user:${world.shelf.nextNumber()}`, 28);
  if (uid === "" || uid.length > 128) {
    throw new Refusal("INVALID_ARGUMENT", "`uid` must be a text of 1 to 128 characters.");
  }
  for (const other of users(world)) {
    for (const [name, value] of Object.entries({ ...given, uid })) {
      if (!["uid", "email", "phoneNumber"].includes(name) || other[name] !== value) continue;
      throw new Refusal("ALREADY_EXISTS", `There is a user with the ${name} ${String(value)} already.`);
    }
  }
  const now = world.now().toISOString();
  const user: JsonObject = {
    emailVerified: false,
    disabled: false,
    providerData: [],
    ...structuredClone(given),
    uid,
    metadata: { createdAt: now, lastSignedInAt: now },
  };
  world.shelf.put(collection, uid, user);
  announceUser(world, user, "created");
  return user;
}

/** Throws a Refusal where there is no such user. */
export function deleteUser(world: World, uid: string): void {
  const user = world.shelf.get(collection, uid);
  if (user === undefined) throw new Refusal("NOT_FOUND", `There is no user ${uid}.`);
  world.shelf.remove(collection, uid);
  announceUser(world, user, "deleted");
}

/** In the order in which they were made. */
export function users(world: World): JsonObject[] {
  return [...world.shelf.all(collection).values()];
}

function checkField(name: string, value: unknown): void {
  const kind = fields[name];
  if (kind === undefined) {
    throw new Refusal("INVALID_ARGUMENT", `A user has no \`${name}\`; it has ${Object.keys(fields).join(", ")}.`);
  }
  const fits =
    kind === "text"
      ? typeof value === "string"
      : kind === "boolean"
        ? typeof value === "boolean"
        : kind === "list"
          ? Array.isArray(value)
          : isObject(value);
  if (!fits) throw new Refusal("INVALID_ARGUMENT", `\`${name}\` must be a ${kind}.`);
}
