import { text } from "../fields.ts";
import { iamMember } from "../iam-member.ts";
import { sameLastPart } from "../names.ts";
import { textAt } from "../values.ts";

const host = "cloudresourcemanager.googleapis.com/v1";

export const projectIamMember = iamMember({
  token: "gcp:projects/iAMMember:IAMMember",
  parent: { project: text({ required: true, replaces: true, same: sameLastPart }) },
  form: "PROJECT",
  access(_context, state) {
    const resourceId = textAt(state, "project");
    const path = `${host}/projects/${resourceId.replace(/^projects\//, "")}`;
    return {
      resourceId,
      parent: { project: resourceId },
      get: {
        method: "POST",
        path: `${path}:getIamPolicy`,
        body: { options: { requestedPolicyVersion: 3 } },
        repeat: "always",
      },
      set: `${path}:setIamPolicy`,
      setFields: { updateMask: "bindings,etag,auditConfigs" },
    };
  },
  parentOf: (resourceId) => ({ project: resourceId }),
});
