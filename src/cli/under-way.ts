import type { DeploymentEvent, Part } from "../model/deployment.ts";
import { paragraph } from "../report/layout.ts";
import { visible } from "../report/visible.ts";
import type { Io } from "./io.ts";

/** Functions take a minute or two, and a region that has no room longer. */
export const graceOfWrites = 5 * 60_000;

/** Hears of a deployment what has begun and not ended, and tells it to whoever presses Ctrl-C. */
export interface UnderWay {
  readonly hear: (event: DeploymentEvent) => void;
  /** Parts that are done so far. */
  readonly done: () => number;
  /** Wipes what stands on the line, before something is told there. */
  readonly stop: () => void;
}

const mostNamed = 4;

/**
 * @param nameOf how a part is called in reports
 * @param again what takes up what is left, such as "regions deploy"
 * @param clear called before the message, where a progress line stands
 */
export function watchUnderWay(
  io: Io,
  nameOf: (part: Part) => string,
  again: string,
  clear: () => void = () => {},
): UnderWay {
  const begun = new Set<string>();
  let done = 0;
  const tell = (): void => {
    const names = [...begun].map(visible);
    const more = names.length - mostNamed;
    const list = `${names.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    const what = names.length === 0 ? "the engine" : list;
    clear();
    const width = io.stderr.columns;
    const minutes = graceOfWrites / 60_000;
    void io.stderr.write(
      paragraph(
        `Stopping: nothing more is begun, and what is under way may end (up to ${minutes} minutes): ${what}.`,
        width,
      ) + paragraph(`Ctrl-C again ends at once; the next \`${again}\` then looks what became of it.`, width),
    );
  };
  io.signal.addEventListener("abort", tell, { once: true });
  return {
    hear(event) {
      if (event.kind === "begun") begun.add(nameOf(event.change.part));
      else if (event.kind === "done") {
        begun.delete(nameOf(event.change.part));
        done++;
      } else if (event.kind === "failed" && event.failure.part !== null) begun.delete(nameOf(event.failure.part));
    },
    done: () => done,
    stop: () => io.signal.removeEventListener("abort", tell),
  };
}
