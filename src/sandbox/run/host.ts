// Entry of a child process: one codebase in one region, served by Google's own framework. Started by child.ts, from
// the source as well as from the bundle; talks to the sandbox alone.
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { type ChildMessage, type ChildStart, copyHeader, keyHeader, type ServeFunction } from "./messages.ts";
import { answerMetadata } from "./metadata.ts";

type UserFunction = (...values: unknown[]) => unknown;

/** The two parts of the framework that its command line is made of; it exports neither. */
interface Framework {
  getUserFunction(
    folder: string,
    target: string,
    signature: string,
  ): Promise<{ userFunction: UserFunction; signatureType: string } | null>;
  getServer(
    userFunction: UserFunction,
    options: {
      signatureType: string;
      timeoutMilliseconds: number;
      ignoredRoutes: null;
      enableExecutionId: boolean;
      port: string;
      target: string;
      sourceLocation: string;
      printHelp: boolean;
    },
  ): Server;
}

const start = JSON.parse(process.env.SANDBOX_RUN ?? "{}") as ChildStart;
delete process.env.SANDBOX_RUN;

const require = createRequire(import.meta.url);
const frameworkFolder = dirname(require.resolve("@google-cloud/functions-framework"));
const framework: Framework = {
  getServer: require(join(frameworkFolder, "server.js")).getServer,
  getUserFunction: require(join(frameworkFolder, "loader.js")).getUserFunction,
};

/** On Google each function is a process of its own. What they share here they see through this: the variables. */
const running = new AsyncLocalStorage<Readonly<Record<string, string>>>();
/** Names that belong to some function; a function sees those of its own alone. */
const owned = new Set<string>();
process.env = variablesOfRunning(process.env);

const servers = new Map<string, Server>();

process.on("message", (message: ServeFunction) => void serve(message));
process.on("disconnect", () => process.exit(0));
process.on("uncaughtException", (error) => {
  process.stderr.write(`${inspect(error)}\n`);
  // As the framework ends an instance: whoever is being served sees it fail.
  process.exit(16);
});

const listener = createServer(handle);
listener.requestTimeout = 0;
listener.listen(0, "127.0.0.1", () => {
  const address = listener.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.env.GCE_METADATA_HOST = `127.0.0.1:${port}`;
  tell({ kind: "listening", port });
});

async function serve(message: ServeFunction): Promise<void> {
  for (const name of Object.keys(message.variables)) owned.add(name);
  let problem: string | null = null;
  try {
    const loaded = await framework.getUserFunction(start.folder, message.entryPoint, message.signature);
    if (loaded === null)
      problem = `its code cannot be loaded, or has no function ${message.entryPoint}; its log says more`;
    else {
      const userFunction = within(message.variables, loaded.userFunction);
      servers.set(
        message.key,
        framework.getServer(userFunction, {
          signatureType: loaded.signatureType,
          timeoutMilliseconds: 0,
          ignoredRoutes: null,
          enableExecutionId: false,
          port: "0",
          target: message.entryPoint,
          sourceLocation: start.folder,
          printHelp: false,
        }),
      );
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  tell({ kind: "served", key: message.key, problem });
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  if (request.url?.startsWith("/computeMetadata/")) {
    answerMetadata(start, request, response);
    return;
  }
  const server = servers.get(String(request.headers[copyHeader] ?? ""));
  if (request.headers[keyHeader] !== start.key || server === undefined) {
    response.writeHead(404).end();
    return;
  }
  delete request.headers[copyHeader];
  delete request.headers[keyHeader];
  server.emit("request", request, response);
}

/** The function with its variables in force; the framework tells callback style by the number of parameters. */
function within(variables: Readonly<Record<string, string>>, userFunction: UserFunction): UserFunction {
  const wrapped = (...values: unknown[]) => running.run(variables, () => userFunction(...values));
  Object.defineProperty(wrapped, "length", { value: userFunction.length });
  return wrapped;
}

/** `process.env` with the variables of the function that asks; while code is loaded, those it was started with. */
function variablesOfRunning(shared: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const visible = (name: string | symbol): string | undefined => {
    if (typeof name !== "string") return undefined;
    const own = running.getStore();
    if (own === undefined) return shared[name];
    return own[name] ?? (owned.has(name) ? undefined : shared[name]);
  };
  return new Proxy(shared, {
    get: (target, name) => (typeof name === "symbol" ? Reflect.get(target, name) : visible(name)),
    has: (_, name) => visible(name) !== undefined,
    ownKeys: (target) =>
      [...new Set([...Reflect.ownKeys(target), ...Object.keys(running.getStore() ?? {})])].filter(
        (name) => visible(name) !== undefined,
      ),
    getOwnPropertyDescriptor: (_, name) => {
      const value = visible(name);
      return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: true };
    },
  });
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}
