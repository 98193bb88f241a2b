import { sharedList } from "../../families/shared-documents.ts";
import { trainingComplete } from "../../families/training.ts";
import { groupAdmin } from "../roles.ts";

export const listGroupAdminTrainingModules = sharedList(groupAdmin, "training_modules");
export const completeGroupAdminTraining = trainingComplete(groupAdmin);
