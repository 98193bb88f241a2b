import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminBulk } from "../families/admin-bulk.ts";
import { adminCreate } from "../families/admin-create.ts";
import { adminList } from "../families/admin-list.ts";
import { adminRemove } from "../families/admin-remove.ts";
import { adminStatus } from "../families/admin-status.ts";
import { country, longText, shortText, url } from "../input.ts";

const articles = "help_articles";
const questions = "faq_entries";
const guides = "country_guides";
const resources = "affiliate_resources";
const text = { title: shortText, body: longText };
const language = z.enum(["en", "fr", "es", "de", "pt", "ru", "zh", "hi", "ar"]);

export const adminListArticles = adminList({ collection: articles });
export const adminCreateArticle = adminCreate({
  collection: articles,
  event: "article.created",
  input: { ...text, language },
});
export const adminUpdateArticle = adminAction({
  collection: articles,
  event: "article.updated",
  input: text,
});
export const adminPublishArticle = adminStatus({
  collection: articles,
  status: "published",
  event: "article.published",
});
export const adminRemoveArticle = adminRemove({ collection: articles, event: "article.removed" });
export const adminBulkPublishArticles = adminBulk({
  collection: articles,
  event: "article.bulk-published",
  change: { status: "published" },
});
export const adminListFaq = adminList({ collection: questions, orderBy: "position" });
export const adminCreateFaqEntry = adminCreate({
  collection: questions,
  event: "faq.created",
  input: { question: shortText, answer: longText, language, position: z.int().min(0) },
});
export const adminUpdateFaqEntry = adminAction({
  collection: questions,
  event: "faq.updated",
  input: { question: shortText, answer: longText },
});
export const adminMoveFaqEntry = adminAction({
  collection: questions,
  event: "faq.moved",
  input: { position: z.int().min(0) },
  change: ({ position }) => ({ position }),
});
export const adminRemoveFaqEntry = adminRemove({ collection: questions, event: "faq.removed" });
export const adminListCountryGuides = adminList({ collection: guides });
export const adminCreateCountryGuide = adminCreate({
  collection: guides,
  event: "country-guide.created",
  input: { country, language, ...text },
});
export const adminUpdateCountryGuide = adminAction({
  collection: guides,
  event: "country-guide.updated",
  input: text,
});
export const adminPublishCountryGuide = adminStatus({
  collection: guides,
  status: "published",
  event: "country-guide.published",
});
export const adminListResources = adminList({ collection: resources });
export const adminCreateResource = adminCreate({
  collection: resources,
  event: "resource.created",
  status: "published",
  input: { title: shortText, file: url, role: z.enum(["chatter", "influencer", "blogger", "groupAdmin"]) },
});
export const adminRemoveResource = adminRemove({ collection: resources, event: "resource.removed" });
