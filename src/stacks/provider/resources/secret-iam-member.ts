import { text } from "../fields.ts";
import { iamMember } from "../iam-member.ts";
import { partsOfId, projectOf, sameLastPart } from "../names.ts";
import { textAt } from "../values.ts";

const token = "gcp:secretmanager/secretIamMember:SecretIamMember";
const form = "projects/{project}/secrets/{secretId}";

export const secretIamMember = iamMember({
  token,
  parent: {
    project: text({ owner: "either", replaces: true }),
    secretId: text({ required: true, replaces: true, same: sameLastPart }),
  },
  form,
  access(context, state) {
    // The full name does as well as the id alone.
    const id = textAt(state, "secretId");
    const resourceId = id.includes("/") ? id : `projects/${projectOf(context, state)}/secrets/${id}`;
    const path = `secretmanager.googleapis.com/v1/${resourceId}`;
    return {
      resourceId,
      parent: { project: partsOfId(token, form, resourceId).project ?? null, secretId: resourceId },
      get: { method: "GET", path: `${path}:getIamPolicy`, query: { "options.requestedPolicyVersion": "3" } },
      set: `${path}:setIamPolicy`,
    };
  },
  parentOf: (resourceId) => ({ ...partsOfId(token, form, resourceId), secretId: resourceId }),
});
