// Go: where it is, how it is run within a time limit, and what its failures mean.
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Folders that installers use without adding them to PATH everywhere. */
const usualFolders = ["/usr/local/go/bin", "/usr/lib/go/bin", "/opt/homebrew/bin", "C:\\Program Files\\Go\\bin"];

/** The go executable, from PATH, GOROOT or a usual folder; null where there is none. */
export function findGo(env, folders = usualFolders) {
  const fromEnv = [...(env.PATH ?? env.Path ?? "").split(delimiter), env.GOROOT ? join(env.GOROOT, "bin") : ""];
  const name = process.platform === "win32" ? "go.exe" : "go";
  for (const folder of [...fromEnv, ...folders].filter(isAbsolute)) {
    const path = join(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  }
  return null;
}

/**
 * Runs go to its end. Resolves with `{ code, output, stdout }`: `output` is what it wrote to stderr, `code` is null
 * where it was stopped by `signal` (which is an AbortSignal). Calls `onLine` for each line of stderr.
 */
export function runGo(go, args, { cwd, env, signal, onLine = () => {} }) {
  return new Promise((resolve) => {
    const child = spawn(go, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    let stdout = "";
    let output = "";
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      lines.forEach(onLine);
    });
    let kill;
    const stop = () => {
      child.kill("SIGINT");
      kill = setTimeout(() => child.kill("SIGKILL"), 5000);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const end = (code) => {
      clearTimeout(kill);
      signal.removeEventListener("abort", stop);
      resolve({ code: signal.aborted ? null : code, output, stdout });
    };
    child.on("error", (error) => {
      output += `${go} cannot be started: ${error.message}\n`;
      end(127);
    });
    child.on("close", (code, killedBy) => {
      if (killedBy !== null) output += `signal: ${killedBy}\n`;
      end(code ?? 1);
    });
  });
}

/** What to say where there is no Go. `goLine` is the version that go.mod asks for. */
export function withoutGo(goLine) {
  return (
    "There is no Go on this machine: no `go` on PATH, in GOROOT or in a usual folder.\n" +
    `Install Go ${goLine} or later (https://go.dev/dl/; an older Go from 1.21 on fetches that by itself), or install ` +
    "Pulumi instead: https://www.pulumi.com/docs/iac/download-install/."
  );
}

/** What a passing fault of the network looks like. */
const offline =
  /dial tcp|i\/o timeout|no such host|connection re(fused|set)|TLS handshake|unexpected EOF|proxyconnect/i;

/** Whether trying once more may help. */
export function mayPass(output) {
  return offline.test(output);
}

const meanings = [
  {
    sign: /requires go >= (\S+)|module requires go|toolchain not available|invalid go version/i,
    say: (goLine) =>
      `This Go is too old: go.mod needs Go ${goLine}, and this one does not fetch newer ones (GOTOOLCHAIN).\n` +
      "Install that version or later (https://go.dev/dl/), or set GOTOOLCHAIN=auto.",
  },
  {
    sign: /no space left on device|not enough space on the disk|disk quota exceeded/i,
    say: () =>
      "The disk is full. A first build needs about 4 GB: 1.6 GB of modules (`go env GOMODCACHE`), 1.8 GB of compiled\n" +
      "packages (`go env GOCACHE`) and the engine. Make room, or move these folders with the variables of those names.",
  },
  {
    sign: /checksum mismatch|SECURITY ERROR/i,
    say: () =>
      "A module is not what go.sum says it is. Nothing was built from it. Find out who changed it before you go on:\n" +
      "a proxy in between, a damaged module cache (`go clean -modcache`), or an edit of go.sum.",
  },
  {
    sign: /\b(403 Forbidden|404 Not Found|410 Gone|401 Unauthorized)\b|unrecognized import path|module lookup disabled/i,
    say: () =>
      "The Go module proxy does not serve a module that the engine needs (see above; `go env GOPROXY` says which proxy).\n" +
      "Ask whoever runs it, or name another with GOPROXY.",
  },
  {
    sign: offline,
    say: () =>
      "The Go module proxy cannot be reached (see above; `go env GOPROXY` says which proxy). Behind a company's proxy,\n" +
      "HTTPS_PROXY or GOPROXY has to be set. Modules already fetched are kept.",
  },
  {
    sign: /signal: (SIG)?KILL(ED)?|cannot allocate memory|out of memory/i,
    say: () =>
      "The compiler was killed, most likely for want of memory. Free some, or build with less at once: GOFLAGS=-p=1.\n" +
      "What is compiled already is kept.",
  },
  {
    sign: /missing go\.sum entry|updates to go\.mod needed|inconsistent vendoring/i,
    say: () => "go.mod and go.sum do not fit each other. In tools/engine: `go mod tidy`, and commit both files.",
  },
];

/** What a failed go run means and what to do about it: its last lines, then the meaning of the first sign known. */
export function explainFailure(output, goLine) {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("go: downloading "));
  const known = meanings.find(({ sign }) => sign.test(output));
  const meaning = known?.say(goLine) ?? "That is no failure this script knows. The lines above are Go's own.";
  return [...lines.slice(-12), "", meaning].join("\n");
}
