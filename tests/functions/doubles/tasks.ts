import { type Answer, type Asked, Service } from "./service.ts";

export interface Queued {
  readonly queue: string;
  readonly name: string;
  readonly scheduleTime: string;
  readonly data: unknown;
}

/** Cloud Tasks, as the Admin SDK speaks to its emulator: a task's name is taken once. */
export class Tasks extends Service {
  readonly queued: Queued[] = [];

  override reset(): void {
    super.reset();
    this.queued.length = 0;
  }

  override answer({ method, path, body }: Asked): Answer {
    const queue = path.match(/^\/([\w-]+)\/locations\/([\w-]+)\/queues\/(\w+)\/tasks$/);
    if (method !== "POST" || queue === null) return { status: 404, body: { error: { status: "NOT_FOUND" } } };
    const { task } = JSON.parse(body);
    const name = String(task.name);
    if (this.queued.some((one) => one.name === name)) {
      return { status: 409, body: { error: { status: "ALREADY_EXISTS", message: "task exists" } } };
    }
    const sent = JSON.parse(Buffer.from(task.httpRequest.body, "base64").toString("utf8"));
    this.queued.push({ queue: `${queue[2]}/${queue[3]}`, name, scheduleTime: task.scheduleTime, data: sent.data });
    return { body: task };
  }
}
