import { jsonBody } from "../../http/body.ts";
import { param, reply } from "../../http/call.ts";
import { type Route, reads, shelves } from "../../http/service.ts";
import { createUser, deleteUser, users } from "./users.ts";

/**
 * The sandbox's own: users of Firebase Auth who come and go, for the copies that listen to them. Nobody signs in here;
 * that is the Auth emulator's part.
 */
export const authAdminRoutes: readonly Route[] = [
  reads("GET", "/_sandbox/auth/users", ({ world }) => ({ users: users(world) })),
  shelves("POST", "/_sandbox/auth/users", (call) => reply(201, createUser(call.world, jsonBody(call)))),
  shelves("DELETE", "/_sandbox/auth/users/{uid+}", (call) => {
    deleteUser(call.world, param(call, "uid"));
    return {};
  }),
];
