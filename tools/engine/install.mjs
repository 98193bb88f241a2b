// Runs the vendor's installer, which fetches the engine from Pulumi's site into Pulumi's home, versions/<version>. A
// process of its own, so that whoever starts it can end it: the installer knows no time limit.
import { homedir } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { engineVersion, pulumiHome } from "../../src/stacks/engine/places.ts";

const home = pulumiHome({ env: process.env, platform: process.platform, home: homedir() });
const site = "https://get.pulumi.com/install.sh";

try {
  // Without a route to the site the installer would try for minutes.
  const answer = await fetch(site, { method: "HEAD", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
} catch (error) {
  const reason = error.cause?.code ?? error.cause?.message ?? error.message;
  process.stderr.write(`The vendor's installer cannot be had: ${site}: ${reason}.\n`);
  process.exit(1);
}

try {
  process.stderr.write("Installing Pulumi with the vendor's installer (once)...\n");
  const { command, version } = await PulumiCommand.install({ root: join(home, "versions", engineVersion) });
  process.stderr.write(`Pulumi ${version} installed: ${command}.\n`);
} catch (error) {
  process.stderr.write(`The vendor's installer failed: ${error.message.trim()}\n`);
  process.exit(1);
}
