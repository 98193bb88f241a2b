import { flag, value } from "./command.ts";

/** What commands that judge a look take, besides the options of every command. */
export const lookOptions = {
  deployed: value(
    "--deployed <file>",
    "a listing instead of asking Google: `firebase functions:list`, its --json, gcloud's json",
  ),
  snapshot: value("--snapshot <file>", "work from a recorded look, offline"),
  state: flag(
    "--state",
    "also what deployments remember, compared with what is there: what was changed or deleted by hand",
  ),
  discover: flag(
    "--discover",
    "also run each codebase's own firebase-functions discovery, confined, and compare (executes its code)",
  ),
} as const;
