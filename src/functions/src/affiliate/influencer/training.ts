import { sharedList } from "../../families/shared-documents.ts";
import { trainingComplete } from "../../families/training.ts";
import { influencer } from "../roles.ts";

export const listInfluencerTrainingModules = sharedList(influencer, "training_modules");
export const completeInfluencerTraining = trainingComplete(influencer);
