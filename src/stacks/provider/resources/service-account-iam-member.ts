import { text } from "../fields.ts";
import { iamMember } from "../iam-member.ts";
import { partsOfId } from "../names.ts";
import { textAt } from "../values.ts";

const token = "gcp:serviceaccount/iAMMember:IAMMember";
const form = "projects/{project}/serviceAccounts/{email}";

/** Who may act as a service account. */
export const serviceAccountIamMember = iamMember({
  token,
  parent: { serviceAccountId: text({ required: true, replaces: true }) },
  form,
  access(_context, state) {
    const resourceId = textAt(state, "serviceAccountId");
    partsOfId(token, form, resourceId);
    const path = `iam.googleapis.com/v1/${resourceId}`;
    return {
      resourceId,
      parent: { serviceAccountId: resourceId },
      get: {
        method: "POST",
        path: `${path}:getIamPolicy`,
        query: { "options.requestedPolicyVersion": "3" },
        repeat: "always",
      },
      set: `${path}:setIamPolicy`,
    };
  },
  parentOf: (resourceId) => ({ serviceAccountId: resourceId }),
});
