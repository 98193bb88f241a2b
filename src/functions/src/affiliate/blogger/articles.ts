import { FieldValue } from "firebase-admin/firestore";
import { onStatus } from "../../families/on-status.ts";
import { ownCreate, ownList, ownStatus, ownUpdate } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { db } from "../../firestore.ts";
import { longText, shortText, url } from "../../input.ts";
import { blogger, collectionOf } from "../roles.ts";

/** For every article the back office accepts. */
const articleBonusCents = 2_500;
const fields = { title: shortText, body: longText, address: url };

export const submitBloggerArticle = ownCreate(blogger, "articles", fields);
export const listBloggerArticles = ownList(blogger, "articles");
export const updateBloggerArticle = ownUpdate(blogger, "articles", fields);
export const withdrawBloggerArticle = ownStatus(blogger, "articles", {
  from: ["pending", "returned"],
  to: "withdrawn",
});
export const getBloggerArticleStats = ownSummary(blogger, "articles", {
  statuses: ["pending", "accepted", "returned"],
});
export const onBloggerArticleAccepted = onStatus({
  name: "onBloggerArticleAccepted",
  document: "blogger_articles/{articleId}",
  becomes: "accepted",
  apply: async (transaction, { ref }) => {
    const article = await transaction.get(ref);
    const profile = await transaction.get(db().collection(collectionOf(blogger, "profiles")).doc(article.get("owner")));
    // An article that was returned, changed and accepted again has earned its bonus before.
    if (!profile.exists || article.get("bonusCents") !== undefined) return;
    transaction.update(profile.ref, { balanceCents: FieldValue.increment(articleBonusCents) });
    transaction.update(ref, { bonusCents: articleBonusCents });
  },
});
