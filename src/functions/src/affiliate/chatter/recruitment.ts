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
  name: "onChatterRecruited",
  document: "chatter_recruits/{recruitId}",
  apply: (transaction, recruit) => {
    const owner: string = recruit.get("owner");
    const notification = { owner, kind: "recruit", status: "new", createdAt: recruit.createTime };
    transaction.set(db().collection(collectionOf(chatter, "notifications")).doc(`recruit_${recruit.id}`), notification);
  },
});
