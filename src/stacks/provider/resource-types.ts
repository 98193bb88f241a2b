import type { ResourceType } from "./resource-type.ts";
import { account } from "./resources/account.ts";
import { alertPolicy } from "./resources/alert-policy.ts";
import { bucket } from "./resources/bucket.ts";
import { bucketObject } from "./resources/bucket-object.ts";
import { dashboard } from "./resources/dashboard.ts";
import { functionIamMember } from "./resources/function-iam-member.ts";
import { functionV1 } from "./resources/function-v1.ts";
import { functionV2 } from "./resources/function-v2.ts";
import { job } from "./resources/job.ts";
import { projectIamMember } from "./resources/project-iam-member.ts";
import { queue } from "./resources/queue.ts";
import { secretIamMember } from "./resources/secret-iam-member.ts";
import { serviceAccountIamMember } from "./resources/service-account-iam-member.ts";
import { serviceIamMember } from "./resources/service-iam-member.ts";
import { topic } from "./resources/topic.ts";

/** Every type that the provider serves: those that the program declares. */
export const resourceTypes: readonly ResourceType[] = [
  bucket,
  bucketObject,
  account,
  serviceAccountIamMember,
  projectIamMember,
  secretIamMember,
  functionV2,
  functionV1,
  functionIamMember,
  serviceIamMember,
  job,
  queue,
  topic,
  alertPolicy,
  dashboard,
];
