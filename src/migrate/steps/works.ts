import { awaitBacklog } from "./await-backlog.ts";
import { awaitRequest } from "./await-request.ts";
import { awaitSilence } from "./await-silence.ts";
import { declareEnd } from "./declare-end.ts";
import { declareMove } from "./declare-move.ts";
import { deployCopy } from "./deploy-copy.ts";
import { drainQueue } from "./drain-queue.ts";
import { holdJob } from "./hold-job.ts";
import { pauseJob } from "./pause-job.ts";
import { reconcile } from "./reconcile.ts";
import { removeCopy } from "./remove-copy.ts";
import { resumeJob } from "./resume-job.ts";
import { runIfMissed } from "./run-if-missed.ts";
import { switchCallers } from "./switch-callers.ts";
import { switchHolder } from "./switch-holder.ts";
import type { Works } from "./work.ts";

/** What each action of a plan does. A new one has its file beside this one, and its words in plan/step.ts. */
export const works: Works = {
  "await-backlog": awaitBacklog,
  "await-request": awaitRequest,
  "await-silence": awaitSilence,
  "declare-end": declareEnd,
  "declare-move": declareMove,
  "deploy-copy": deployCopy,
  "drain-queue": drainQueue,
  "hold-job": holdJob,
  "pause-job": pauseJob,
  reconcile,
  "remove-copy": removeCopy,
  "resume-job": resumeJob,
  "run-if-missed": runIfMissed,
  "switch-callers": switchCallers,
  "switch-holder": switchHolder,
};
