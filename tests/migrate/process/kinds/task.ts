import { from, type Kind, name, project, type Scene } from "../scene.ts";
import { regionIn } from "./pages.ts";

const minute = 60_000;
const day = 86_400_000;
const source = "functions/index.js";

/** Region that the code was built with which enqueues still. */
const running = new WeakMap<Scene, string>();
let count = 0;

/** Started by its own queue: the code enqueues one task for now and one for later, as shipped last and as just shipped. */
export const task: Kind = {
  seed: { functions: [{ name, region: from, trigger: "task", runtime: "nodejs22" }] },
  files: {
    [source]: `import { getFunctions } from "firebase-admin/functions";
import { onTaskDispatched } from "firebase-functions/v2/tasks";

export const ${name} = onTaskDispatched(() => {});
async function later(id) {
  await getFunctions().taskQueue("locations/${from}/functions/${name}").enqueue({ id });
}
`,
  },
  line: ", trigger: task",
  hasLedger: true,
  eventOf: ({ body }) => JSON.parse(Buffer.from(body).toString("utf8")).id,
  async send(scene) {
    const built = regionIn(scene.read(source));
    const now = await scene.now();
    const ids: string[] = [];
    for (const [region, at] of [
      [running.get(scene) ?? built, now + 90 * minute],
      [built, now],
    ] as const) {
      count += 1;
      const id = `task-${count}`;
      ids.push(id);
      const body = Buffer.from(JSON.stringify({ id })).toString("base64");
      const url = `https://${region}-${project}.cloudfunctions.net/${name}`;
      const path = `cloudtasks.googleapis.com/v2/projects/${project}/locations/${region}/queues/${name}/tasks`;
      const scheduleTime = new Date(at).toISOString();
      // Whether it is taken, the count shows.
      await scene.ask("POST", path, { task: { httpRequest: { url, body }, scheduleTime } }).catch(() => {});
    }
    running.set(scene, built);
    await scene.advance(0);
    return ids;
  },
  patienceMs: day,
  sendsAtPoints: true,
};
