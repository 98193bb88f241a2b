/**
 * Loaded before anything of the codebase: sockets reach this machine alone, and servers listen on loopback alone.
 * It keeps code that runs by mistake from doing harm; it is no wall against code that means harm.
 */
export const confinement = `"use strict";
const net = require("node:net");
const near = (host) =>
  host === undefined || host === null || host === "" || host === "localhost" || host === "::1" ||
  /^(::ffff:)?127\\./.test(host);
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const options = typeof first === "object" && first !== null
    ? first
    : Number.isNaN(Number(first)) ? { path: first } : { host: typeof args[1] === "string" ? args[1] : undefined };
  if (options.path || !near(options.host)) {
    const error = new Error("there is no network while functions are discovered (" + (options.path || options.host) + ")");
    process.nextTick(() => this.destroy(Object.assign(error, { code: "ENETUNREACH" })));
    return this;
  }
  return connect.apply(this, args);
};
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const [first, second] = args;
  if (typeof first === "object" && first !== null) {
    const named = first.path !== undefined || first.fd !== undefined || first._handle !== undefined;
    if (!named && !(first.host && near(first.host))) args[0] = { ...first, host: "127.0.0.1" };
  } else if (!Number.isNaN(Number(first ?? 0)) || typeof first === "function") {
    const callback = args.find((arg) => typeof arg === "function");
    const host = typeof second === "string" && near(second) ? second : "127.0.0.1";
    args = [{ port: typeof first === "function" ? 0 : Number(first ?? 0), host }];
    if (callback !== undefined) args.push(callback);
  }
  return listen.apply(this, args);
};
`;
