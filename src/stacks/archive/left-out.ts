/** Whole folders that no archive holds: Google installs packages itself, and history is nobody's business there. */
const folders = new Set(["node_modules", ".git", ".firebase", ".regions", ".nyc_output"]);

const files = [
  // Values of env files are deployed as variables of each function, the emulator's not at all.
  /^\.env(?:\..+)?$/,
  /^\.secret\.local$/,
  /^\.runtimeconfig\.json$/,
  /^(?:firebase|firestore|ui|pubsub|database|npm|yarn)-(?:debug|error)(?:\..+)?\.log$/,
  /^\.gcloudignore$/,
  /^\.DS_Store$/,
  /\.tsbuildinfo$/,
];

/** Whether a file or folder of a codebase stays out of its archive, whatever its ignore files say. */
export function isLeftOut(path: string, isFolder: boolean): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return isFolder ? folders.has(name) : files.some((pattern) => pattern.test(name));
}

/** Why a file may not leave the machine; null where it may. A key in an archive is read by whoever reads the bucket. */
export function secretIn(path: string, bytes: Uint8Array): string | null {
  if (!path.endsWith(".json") && !/\.(?:pem|key|p12|pfx)$/.test(path)) return null;
  const text = Buffer.from(bytes).toString("latin1");
  if (/"type"\s*:\s*"service_account"/.test(text) && text.includes('"private_key"')) return "the key of an account";
  return /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(text) || /\.(?:p12|pfx)$/.test(path) ? "a private key" : null;
}
