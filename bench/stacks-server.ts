// The provider server that both programs of stacks.ts deploy through, and the sandbox it writes to: a process of its own,
// so that its work is in neither's. Prints where both are; ends with standard input.
import { startSandbox } from "../src/sandbox/server.ts";
import { startProvider } from "../src/stacks/provider/server.ts";

const { base: endpoint, token, project } = await startSandbox({ folder: null, seed: "empty" });
const { port } = await startProvider({ endpoint, token, project });
console.log(JSON.stringify({ port, project, endpoint, token }));
process.stdin.on("end", () => process.exit(0)).resume();
