import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";

const root = join(import.meta.dirname, "../..");
const vite = join(root, "node_modules/vite/bin/vite.js");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

export interface BuiltPage {
  /** "http://127.0.0.1:PORT" */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Builds examples/web as it is built for customers, with some variables of its own, and serves it on loopback. `source`:
 * another folder that has a copy of it, and its packages.
 */
export async function servePage(
  variables: Readonly<Record<string, string>>,
  source = join(root, "examples/web"),
): Promise<BuiltPage> {
  const folder = mkdtempSync(join(tmpdir(), "regions-page-"));
  try {
    await build(source, folder, variables);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://page").pathname));
    const file = join(folder, path);
    // Every other address is a page of the application.
    const found = file.startsWith(folder) && existsSync(file) && statSync(file).isFile();
    const served = found ? file : join(folder, "index.html");
    response.setHeader("content-type", types[extname(served)] ?? "application/octet-stream");
    response.end(readFileSync(served));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function build(source: string, folder: string, variables: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vite, "build", "--outDir", folder, "--emptyOutDir", "--logLevel", "warn"], {
      cwd: source,
      env: { ...process.env, ...variables, NODE_ENV: "production" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`The page cannot be built: ${said}`))));
  });
}
