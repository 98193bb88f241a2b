import { sharedList } from "../../families/shared-documents.ts";
import { trainingComplete, trainingStart } from "../../families/training.ts";
import { blogger } from "../roles.ts";

export const listBloggerTrainingModules = sharedList(blogger, "training_modules");
export const startBloggerTraining = trainingStart(blogger);
export const completeBloggerTraining = trainingComplete(blogger);
