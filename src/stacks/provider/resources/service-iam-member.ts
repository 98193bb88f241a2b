import { text } from "../fields.ts";
import { iamMember } from "../iam-member.ts";
import { lastPart, partsOfId, projectOf, regionOf, sameLastPart } from "../names.ts";
import { textAt } from "../values.ts";

const token = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
const form = "projects/{project}/locations/{location}/services/{name}";

/** Who may call a Cloud Run service, and with it a function of the second generation. */
export const serviceIamMember = iamMember({
  token,
  parent: {
    project: text({ owner: "either", replaces: true }),
    location: text({ owner: "either", replaces: true }),
    name: text({ required: true, replaces: true, same: sameLastPart }),
  },
  form,
  access(context, state) {
    const name = lastPart(textAt(state, "name"));
    const location = regionOf(context, state, "location");
    const project = projectOf(context, state);
    const resourceId = `projects/${project}/locations/${location}/services/${name}`;
    const path = `run.googleapis.com/v2/${resourceId}`;
    return {
      resourceId,
      parent: { project, location, name: resourceId },
      get: { method: "GET", path: `${path}:getIamPolicy` },
      set: `${path}:setIamPolicy`,
    };
  },
  parentOf: (resourceId) => ({ ...partsOfId(token, form, resourceId), name: resourceId }),
});
