import { onCreated } from "../../families/on-created.ts";
import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { recruitmentLink } from "../../families/recruitment.ts";
import { db } from "../../firestore.ts";
import { chatter, collectionOf } from "../roles.ts";

export const createChatterRecruitmentLink = recruitmentLink(chatter);
export const listRecruitedChatters = ownList(chatter, "recruits");
export const getChatterRecruitmentStats = ownSummary(chatter, "recruits", { statuses: ["registered", "active"] });
export const onChatterRecruited = onCreated({
  document: "chatter_recruits/{recruitId}",
  effectName: "chatter-recruited",
  effect: async (recruit) => {
    const owner: string = recruit.get("owner");
    await db()
      .collection(collectionOf(chatter, "notifications"))
      .add({ owner, kind: "recruit", status: "new", createdAt: recruit.createTime });
  },
});
