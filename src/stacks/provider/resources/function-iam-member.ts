import { text } from "../fields.ts";
import { iamMember } from "../iam-member.ts";
import { lastPart, partsOfId, projectOf, regionOf, sameLastPart } from "../names.ts";
import { textAt } from "../values.ts";

const token = "gcp:cloudfunctions/functionIamMember:FunctionIamMember";
const form = "projects/{project}/locations/{region}/functions/{cloudFunction}";

/** Who may call a function of the first generation. */
export const functionIamMember = iamMember({
  token,
  parent: {
    project: text({ owner: "either", replaces: true }),
    region: text({ owner: "either", replaces: true }),
    cloudFunction: text({ required: true, replaces: true, same: sameLastPart }),
  },
  form,
  access(context, state) {
    const name = lastPart(textAt(state, "cloudFunction"));
    const region = regionOf(context, state, "region");
    const project = projectOf(context, state);
    const resourceId = `projects/${project}/locations/${region}/functions/${name}`;
    const path = `cloudfunctions.googleapis.com/v1/${resourceId}`;
    return {
      resourceId,
      parent: { project, region, cloudFunction: resourceId },
      get: { method: "GET", path: `${path}:getIamPolicy` },
      set: `${path}:setIamPolicy`,
    };
  },
  parentOf: (resourceId) => ({ ...partsOfId(token, form, resourceId), cloudFunction: resourceId }),
});
