import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { sharedGet, sharedList } from "../../families/shared-documents.ts";
import { trainingComplete, trainingStart } from "../../families/training.ts";
import { chatter } from "../roles.ts";

export const listChatterTrainingModules = sharedList(chatter, "training_modules");
export const getChatterTrainingModule = sharedGet(chatter, "training_modules");
export const startChatterTraining = trainingStart(chatter);
export const completeChatterTraining = trainingComplete(chatter);
export const listChatterTrainingProgress = ownList(chatter, "training");
export const getChatterTrainingSummary = ownSummary(chatter, "training", {
  statuses: ["started", "failed", "completed"],
});
